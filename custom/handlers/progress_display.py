"""How progress is shown: a bar in a terminal, elsewhere a plain line now and then."""

import sys
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.progress_bar import ProgressBar
from rich.text import Text

from custom.command_line.terminal import console
from custom.handlers.work_left import Told
from custom.text.durations import Due, duration

FRAME_EVERY_S = 0.1


class Beside(NamedTuple):
    """A second count, of a validation that runs within a training."""

    word: str
    done: int
    total: int


class Display(Protocol):
    """Where progress is shown."""

    def show(self, words: str, told: Told, beside: Beside | None) -> None:
        """Show how far one has come, unless it was shown a moment ago."""

    def stop(self) -> None:
        """Nothing more is shown."""


def display(clock: Callable[[], float]) -> Display:
    """A bar if standard error is a terminal, otherwise lines."""
    return Bar(clock) if sys.stderr.isatty() else Lines(clock)


class Lines:
    """A line on standard error after ten seconds, and then every minute."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._due = Due(clock)

    def show(self, words: str, told: Told, beside: Beside | None) -> None:
        """Write a line if it is time for one."""
        if not self._due():
            return
        within = [f"{beside.word} {beside.done} of {beside.total}"] if beside else []
        print(
            ", ".join([f"{words} {told.unit} {told.done} of {told.total}", *within, *in_words(told)]),
            file=sys.stderr,
            flush=True,
        )

    def stop(self) -> None:
        """Do nothing."""


class Bar:
    """A bar over all epochs in the terminal's last line, and beside it another while a validation runs.

    It is drawn by whoever calls `show`, without a thread, and taken away at the end. What is printed meanwhile stands above it.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[told]}"),
            BesideColumn(),
        )
        self._bar = Progress(
            *columns, console=console(stderr=True), auto_refresh=False, transient=True, expand=True,
            redirect_stdout=sys.stdout.isatty(),
        )  # fmt: skip
        self._task = self._bar.add_task("", told="", beside=None)
        self._next = -float("inf")
        self._bar.start()

    def show(self, words: str, told: Told, beside: Beside | None) -> None:
        """Draw the bar, ten times a second at most."""
        now = self.clock()
        if now < self._next and told.done < told.total:
            return
        self._next = now + FRAME_EVERY_S
        what: dict[str, Any] = {"told": ", ".join(in_words(told)), "beside": beside}
        self._bar.update(
            self._task, description=words.rstrip(",:"), completed=told.done, total=told.total, refresh=True, **what
        )

    def stop(self) -> None:
        """Take the bar away."""
        self._bar.stop()


class BesideColumn(ProgressColumn):
    """The bar of a validation, which is there only while it runs."""

    def render(self, task: Task) -> Any:
        """A short bar with a word, or nothing."""
        beside: Beside | None = task.fields["beside"]
        if beside is None:
            return Text("")
        from rich.table import Table

        row = Table.grid(padding=(0, 1))
        row.add_row(beside.word, ProgressBar(total=beside.total, completed=beside.done, width=10))
        return row


def in_words(told: Told) -> list[str]:
    """Speed and time left, such as `2.1 steps/s` and `6 min left`."""
    if told.left_s is None:
        return []
    return [f"{told.rate:.2g} {told.unit}s/s", f"{'at least ' * told.at_least}{duration(told.left_s)} left"]
