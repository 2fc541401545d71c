#!/usr/bin/env bash
# CPython: resetting a signal's handler to SIG_DFL or SIG_IGN while that signal waits prints a traceback; a batch system's kill meets it.
#
# Expected: a handler of SIGTERM that sets SIGCHLD back to its default, so that workers which end too no longer matter, makes them matter no
#   longer. signal.signal documents no exception: SIG_DFL and SIG_IGN are valid handlers at any time.
# Seen: a batch system signals the whole process group. A worker dies, and its SIGCHLD waits until Python has run the handler of SIGTERM.
#   That handler resets SIGCHLD; Python then finds a waiting signal without a Python function and prints
#   "OSError: Signal 17 ignored due to race condition" with a traceback of the innocent line that was running. With torch's DataLoader, which
#   handles SIGCHLD, this struck some of the trainings that were ended with their workers on a busy machine. A function that does nothing, in
#   place of SIG_DFL or SIG_IGN, is silent.
# Versions: CPython 3.11.7 (no packages). Output on 29 November 2026:
#   SIG_DFL: exit code 143, OSError: Signal 17 ignored due to race condition
#   SIG_IGN: exit code 143, OSError: Signal 17 ignored due to race condition
#   a function: exit code 143, nothing printed
# For users: give a signal that must be ignored at an end a function of its own, not SIG_DFL or SIG_IGN.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/program.py" <<'PYTHON'
import ctypes, os, signal, sys

kind = {"SIG_DFL": signal.SIG_DFL, "SIG_IGN": signal.SIG_IGN, "a function": lambda number, frame: None}[sys.argv[1]]

def end(number, frame):
    signal.signal(signal.SIGCHLD, kind)
    raise SystemExit(128 + number)

signal.signal(signal.SIGCHLD, lambda number, frame: None)
signal.signal(signal.SIGTERM, end)
both = {signal.SIGTERM, signal.SIGCHLD}
signal.pthread_sigmask(signal.SIG_BLOCK, both)
worker = os.fork()
if not worker:
    os._exit(0)
os.waitid(os.P_PID, worker, os.WEXITED)
os.kill(os.getpid(), signal.SIGTERM)
libc, waiting = ctypes.CDLL(None), ctypes.create_string_buffer(256)
libc.sigemptyset(waiting)
for number in both:
    libc.sigaddset(waiting, number)
try:
    libc.pthread_sigmask(signal.SIG_UNBLOCK, waiting, None)  # both come within one call of C, as during any step of a training
    for number in range(10):
        pass
finally:  # what a program does at its end
    for number in range(10):
        pass
PYTHON
python3 - "$folder" <<'PYTHON'
import subprocess, sys

def run(kind):
    """The exit code of the program and the last line that it printed."""
    done = subprocess.run([sys.executable, f"{sys.argv[1]}/program.py", kind], capture_output=True, text=True)
    lines = done.stderr.splitlines()
    said = lines[-1] if lines else "nothing printed"
    print(f"{kind}: exit code {done.returncode}, {said}")
    return done.returncode, said

race = (143, "OSError: Signal 17 ignored due to race condition")
sys.exit([run("SIG_DFL"), run("SIG_IGN"), run("a function")] != [race, race, (143, "nothing printed")])
PYTHON
