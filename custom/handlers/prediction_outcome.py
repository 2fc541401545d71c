"""What became of the images of a prediction: how many are written, which failed and why, and what stopped it."""

import sys
from collections.abc import Mapping
from typing import Any

from tqdm import tqdm

from custom.system.processes import gathered
from custom.text.printable import printable

# Images may well show nothing. But often the network has not learned yet, or the images are of another kind.
NOTHING = (
    "nothing is marked in any of them; if something should be, train longer, or see that they are like the images trained on"
)


class PredictionOutcome:
    """Counts the images that are written, and says what failed, each in a line on stderr.

    Attributes:
        written: how many images this process has written; after `join`, all processes.
        marked: in how many of these something is marked.
        failed: why, by the names of the images.
        stopped: why the prediction ended early, or empty.

    Args:
        images: paths by name, in the order in which failures are told at the end.
    """

    def __init__(self, images: Mapping[str, str]) -> None:
        self._images = images
        self.written = self.marked = 0
        self.failed: dict[str, str] = {}
        self.stopped = ""

    def add(self, facts: Mapping[str, Any]) -> None:
        """Count an image that is written, of which a report tells these facts."""
        self.written += 1
        self.marked += facts.get("pixels", 0) > 0

    def skip(self, name: str, failure: str) -> None:
        """Note and say why an image has no result."""
        self.failed[name] = failure
        tqdm.write(printable(f"skipped {self._images[name]}: {failure}"), file=sys.stderr)

    def join(self) -> None:
        """Tell each process what all have done."""
        told = gathered((self.written, self.marked, self.failed, self.stopped))
        failed = {name: problem for *_, problems, _ in told for name, problem in problems.items()}
        self.written = sum(written for written, *_ in told)
        self.marked = sum(marked for _, marked, *_ in told)
        self.failed = {name: failed[name] for name in self._images if name in failed}
        self.stopped = next((stopped for *_, stopped in told if stopped), "")

    def summarise(self, kept: int, folder: object) -> None:
        """Say how many images are predicted, kept from an earlier prediction, and failed; and if none of them has a mark."""
        beside = f", {kept} kept" if kept else ""
        line = f"{self.written} predicted{beside}, {len(self.failed)} failed: {folder}"
        tqdm.write(printable(line), file=sys.stderr)
        if self.written and not self.marked:
            tqdm.write(NOTHING, file=sys.stderr)

    def exit_if_any_failed(self) -> None:
        """End the program with code 1 if an image failed, or the disk was full."""
        if self.stopped:
            raise SystemExit(self.stopped)
        if self.failed:
            raise SystemExit(1)
