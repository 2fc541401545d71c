"""Two programs in one folder."""

import os
import signal

import pytest
from folder_holders import another_may_hold

from custom.system.folder_lock import hold_folder, release_folder


@pytest.fixture
def held(tmp_path):
    """A folder that another process holds, and the process."""
    ready, told = os.pipe()
    process = os.fork()
    if process == 0:
        hold_folder(tmp_path, "resume")
        os.write(told, b"x")
        signal.pause()
    assert os.read(ready, 1) == b"x"
    yield tmp_path, process
    if not os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    os.close(ready)
    os.close(told)


def test_a_second_program_is_refused_while_the_first_lives(held):
    folder, process = held
    with pytest.raises(ValueError, match="resume: another program that is still running writes into .*; wait for its end"):
        hold_folder(folder, "resume")
    os.kill(process, signal.SIGKILL)
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    hold_folder(folder, "resume")


def test_a_folder_that_is_given_back_is_another_programs_to_take(tmp_path):
    hold_folder(tmp_path, "resume")
    release_folder(tmp_path)
    assert another_may_hold(tmp_path)


def test_a_worker_that_outlives_a_program_that_was_killed_holds_nothing(tmp_path):
    ready, told = os.pipe()
    program = os.fork()
    if program == 0:
        hold_folder(tmp_path, "resume")
        if os.fork() == 0:
            os.write(told, os.getpid().to_bytes(4, "little"))
        signal.pause()
    worker = int.from_bytes(os.read(ready, 4), "little")
    os.kill(program, signal.SIGKILL)
    os.waitpid(program, 0)
    try:
        hold_folder(tmp_path, "resume")
    finally:
        os.kill(worker, signal.SIGKILL)


def test_one_program_may_ask_again(tmp_path):
    hold_folder(tmp_path, "output_dir")
    hold_folder(tmp_path, "output_dir")
