"""What an interrupt says, and whom it leaves alone."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest
import torch
from ignite.engine import Engine, Events

from custom.handlers import Interruption, interrupted_within


def test_before_anything_is_written_it_says_so():
    assert Interruption(resumable=True).line() == "interrupted before it began: nothing was written"


def test_a_training_without_a_checkpoint_starts_again(tmp_path):
    line = interrupted_within(Interruption(resumable=True), str(tmp_path)).line()
    assert line == f"interrupted before an epoch was kept: remove {tmp_path} and start again"


def test_what_cannot_be_resumed_says_where_it_is(tmp_path):
    assert interrupted_within(Interruption(), str(tmp_path)).line() == f"interrupted: what was done so far is in {tmp_path}"


def test_the_command_has_the_processes_of_the_run_and_a_folder_with_spaces(tmp_path, monkeypatch):
    folder = tmp_path / "my run"
    folder.mkdir()
    torch.save({"epoch": 3}, folder / "last.pt")
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "2")
    assert interrupted_within(Interruption(resumable=True), str(folder)).line() == (
        f"interrupted: {folder}/last.pt is of epoch 3; go on with: "
        "python -m torch.distributed.run --standalone --nproc_per_node=2 "
        f"-m monai.bundle run training --config_file '{folder}/config.json' --resume '{folder}'"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_engine_ends_at_once_with_the_code_and_what_signals_did_before_comes_back(tmp_path, capfd, number):
    before, done = signal.getsignal(number), []
    engine = Engine(lambda engine, batch: done.append(batch))
    interrupted_within(Interruption(), str(tmp_path)).attach(engine)
    engine.add_event_handler(Events.ITERATION_COMPLETED(once=2), lambda: os.kill(os.getpid(), number))
    with pytest.raises(SystemExit) as ended:
        engine.run(range(5))
    assert ended.value.code == 128 + number and done == [0, 1]
    assert signal.getsignal(number) is before
    assert f"interrupted: what was done so far is in {tmp_path}" in capfd.readouterr().err.splitlines()


@pytest.mark.parametrize(("patience_s", "steps"), [(60, [0, 1, 2, 3, 4]), (0, [0, 1, 2])])
def test_a_later_interrupt_ends_what_dropped_the_first(tmp_path, capfd, monkeypatch, patience_s, steps):
    monkeypatch.setattr("custom.system.end_by_signal.PATIENCE_S", patience_s)
    before, done = signal.getsignal(signal.SIGINT), []
    interruption = interrupted_within(Interruption(), str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        for step in range(5):
            done.append(step)
            if step in (1, 2):
                with suppress(SystemExit if step == 1 else ValueError):
                    os.kill(os.getpid(), signal.SIGINT)
        interruption.finish()
    assert ended.value.code == 130 and done == steps
    interruption.restore()
    assert signal.getsignal(signal.SIGINT) is before
    assert capfd.readouterr().err.count("interrupted: ") == 1


def test_a_run_that_nothing_interrupts_leaves_signals_as_they_were():
    before = signal.getsignal(signal.SIGINT)
    Interruption().finish()
    assert signal.getsignal(signal.SIGINT) is before


def test_a_worker_that_ends_while_the_program_ends_changes_neither_code_nor_line(tmp_path, capfd):
    def raise_as_torch_does(number, frame):
        raise RuntimeError("DataLoader worker (pid 1) is killed by signal: Terminated.")

    before = signal.signal(signal.SIGCHLD, raise_as_torch_does)
    try:
        engine = Engine(lambda engine, batch: _receive_at_once(signal.SIGINT, signal.SIGTERM, signal.SIGCHLD))
        interrupted_within(Interruption(), str(tmp_path)).attach(engine)
        with pytest.raises(SystemExit) as ended:
            try:
                engine.run(range(2))
            finally:
                os.kill(os.getpid(), signal.SIGCHLD)
    finally:
        signal.signal(signal.SIGCHLD, before)
    assert ended.value.code in (128 + signal.SIGINT, 128 + signal.SIGTERM)  # Python chooses
    said = capfd.readouterr().err
    assert said.splitlines().count(f"interrupted: what was done so far is in {tmp_path}") == 1
    assert "Traceback" not in said and "race condition" not in said


def _receive_at_once(*numbers: int) -> None:
    """Lets signals wait until all of them have come, as those do that are sent to a whole group of processes."""
    signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    for number in numbers:
        os.kill(os.getpid(), number)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, numbers)


def test_an_engine_that_ends_by_itself_gives_signals_back(tmp_path):
    before = signal.getsignal(signal.SIGINT)
    engine = Engine(lambda engine, batch: None)
    Interruption().attach(engine)
    assert signal.getsignal(signal.SIGINT) is not before
    engine.run([0])
    assert signal.getsignal(signal.SIGINT) is before


def test_an_error_of_an_engine_stays_what_it_is():
    def fail(engine: Engine, batch: int) -> None:
        raise ValueError("of the step")

    engine = Engine(fail)
    Interruption().attach(engine)
    with pytest.raises(ValueError, match="of the step"):
        engine.run([0])


def test_a_worker_that_batch_systems_end_first_counts_as_the_signal(tmp_path, capfd):
    def lose_worker(engine: Engine, batch: int) -> None:
        raise RuntimeError("DataLoader worker (pid 7) is killed by signal: Terminated. ")

    engine = Engine(lose_worker)
    interrupted_within(Interruption(), str(Path(tmp_path))).attach(engine)
    with pytest.raises(SystemExit) as ended:
        engine.run([0])
    assert ended.value.code == 143
    assert "what was done so far" in capfd.readouterr().err
