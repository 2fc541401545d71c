"""What ends a verb of `python -m custom`, and when."""

import os
import runpy
import signal
import sys

import pytest

from custom.command_line.door import text_of


class Deaf:
    """An object that a signal reaches in its destructor, where Python drops what the handler raises."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __del__(self) -> None:
        os.kill(os.getpid(), self.number)
        text_of(ValueError())  # signals are handled between two steps of Python


def ended(monkeypatch, steps) -> int:
    """The exit code of a verb that takes steps."""
    monkeypatch.setattr("custom.verbs.settings.run", lambda arguments: next((0 for step in steps if step()), 0))
    monkeypatch.setattr(sys, "argv", ["custom", "settings"])
    monkeypatch.delitem(sys.modules, "custom.__main__", raising=False)
    monkeypatch.setattr(sys, "unraisablehook", lambda dropped: None)
    with pytest.raises(SystemExit) as end:
        runpy.run_module("custom", run_name="__main__")
    return int(end.value.code)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_verb_with_a_line_and_its_code(monkeypatch, capfd, number):
    done = []
    code = ended(monkeypatch, [lambda: os.kill(os.getpid(), number), lambda: done.append("more")])
    assert (code, done) == (128 + number, [])
    assert capfd.readouterr().err == "\ninterrupted; nothing is half-written\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("patience_s", "expected"), [(60, [0, 1]), (0, [0])])
def test_a_verb_that_drops_a_signal_ends_with_the_next_or_when_it_is_done(monkeypatch, capfd, number, patience_s, expected):
    monkeypatch.setattr("custom.system.end_by_signal.PATIENCE_S", patience_s)
    done = []
    steps = [
        lambda: Deaf(number) and None,
        lambda: done.append(0),
        lambda: os.kill(os.getpid(), number),
        lambda: done.append(1),
    ]
    assert (ended(monkeypatch, steps), done) == (128 + number, expected)
    assert capfd.readouterr().err.count("interrupted; ") == 1


def test_a_verb_that_nothing_interrupts_leaves_signals_as_they_were(monkeypatch):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    assert ended(monkeypatch, []) == 0
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
