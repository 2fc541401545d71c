"""Ctrl-C and `kill`: the program ends at once with one line, and nothing is half-written.

All files are written beside their place and then moved (`custom.storage.atomic`), so that an end at any moment leaves whole
ones.
"""

import logging
import os
import shlex
import signal
import sys
from pathlib import Path

from ignite.engine import Engine, Events
from monai.engines import SupervisedEvaluator, SupervisedTrainer

from custom.command_line.door import DEBUG, ended_by, first_cause
from custom.handlers.out_of_memory import what_to_halve
from custom.inferers.memory import is_out_of_memory
from custom.networks.weights import read_checkpoint
from custom.storage.disk_full import is_disk_full, leave_full_disks_to_the_main_thread
from custom.system.end_by_signal import EndBySignal


class Interruption(EndBySignal):
    """From now until its engine ends, an interrupt ends the program with one line and code 130 (SIGTERM: 143).

    Put it first into a config's `run`, since data may take minutes to load, and `interrupted_within` among the handlers of the
    engine. Of several processes the first alone speaks. Worker processes leave the word to their parent.

    Args:
        resumable: whether the folder is that of a training, which can be resumed; the line then has the command.
        go_on: what resumes another program, with `{folder}` for the folder of the results; empty if nothing does.
    """

    def __init__(self, resumable: bool = False, go_on: str = "") -> None:
        self.resumable = resumable
        self.go_on = go_on
        self.folder: Path | None = None
        super().__init__()

    def attach(self, engine: Engine) -> None:
        """Act until this engine ends. The loggers of MONAI's engines no longer repeat why a program ends in one line."""
        for kind in (SupervisedTrainer, SupervisedEvaluator):
            logging.getLogger(f"{Engine.__module__}.{kind.__name__}").addFilter(_tells_more)
        leave_full_disks_to_the_main_thread()
        engine.add_event_handler(Events.ITERATION_COMPLETED, self.end_late)
        engine.add_event_handler(Events.COMPLETED, self.restore)
        engine.add_event_handler(Events.EXCEPTION_RAISED, self._restore_and_raise)

    def line(self) -> str:
        """What is said: where things are and how to go on."""
        if self.folder is None:
            return "interrupted before it began: nothing was written"
        last = self.folder / "last.pt"
        if not self.resumable:
            mend = f"; go on with {self.go_on.format(folder=self.folder)}" if self.go_on else ""
            return f"interrupted: what was done so far is in {self.folder}{mend}"
        if not last.is_file():
            return f"interrupted before an epoch was kept: remove {self.folder} and start again"
        return f"interrupted: {last} is of epoch {read_checkpoint(last)['epoch']}; go on with: {_command(self.folder)}"

    def _restore_and_raise(self, engine: Engine, error: BaseException) -> None:
        if _is_end_of_worker(error):
            self.say()
            error = SystemExit(128 + signal.SIGTERM)
        elif is_out_of_memory(error):
            error = SystemExit(what_to_halve(engine))
        elif is_disk_full(first_cause(error)):
            error = ended_by(error, f"no space left on the disk of {self.folder}; free some")
        self.restore()
        raise error from None


def interrupted_within(interruption: Interruption, folder: str) -> Interruption:
    """The interruption, which now knows the folder of the results, as a handler of the engine that writes them."""
    interruption.folder = Path(folder)
    return interruption


def _command(folder: Path) -> str:
    processes = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    launcher = ["torch.distributed.run", "--standalone", f"--nproc_per_node={processes}", "-m"] if processes > 1 else []
    words = ["-m", *launcher, "monai.bundle", "run", "training", "--config_file", f"{folder}/config.json"]
    return shlex.join(["python", *words, "--resume", str(folder)])


def _tells_more(record: logging.LogRecord) -> bool:
    """Whether no error is on its way, which ends the program in a line of its own, or its traceback was asked for."""
    return sys.exc_info()[1] is None or bool(os.environ.get(DEBUG))


def _is_end_of_worker(error: BaseException | None) -> bool:
    """Whether SIGTERM, which a batch system sends to all, reached a worker of a DataLoader before this process saw its own."""
    return isinstance(error, RuntimeError) and "killed by signal: Terminated" in str(error)
