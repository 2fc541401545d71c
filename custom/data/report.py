"""What a data set holds, and what is wrong with it, as a person reads it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from custom.text.printable import printable
from custom.text.some import some

NAMED = 3  # files that are named of those with one problem
TOO_FEW = ", too few for the split of a training, which needs 2: images of one folder below are of one patient"


@dataclass
class Report:
    """What a data set holds, and one line for each problem.

    Attributes:
        folder: where the images lie.
        num_images: how many images there are, readable or not.
        patients: names of the patients, as `custom.data.patients` tells them by folders and names.
        sizes: how many images have which size, (H, W) or (H, W, D).
        channels: how many images have which number of channels.
        label_values: how many masks hold which value.
        left_out: how many files have no partner and are left out.
        num_empty_masks: how many masks are 0 everywhere.
        problems: lines of the form `file: what is wrong`, the file relative to the folder.
        notes: such lines on what a training takes, such as an image that is there twice.
    """

    folder: Path
    num_images: int = 0
    patients: set[str] = field(default_factory=set)
    sizes: Counter[tuple[int, ...]] = field(default_factory=Counter)
    channels: Counter[int] = field(default_factory=Counter)
    label_values: Counter[float] = field(default_factory=Counter)
    left_out: int = 0
    num_empty_masks: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add_label(self, values: list[float]) -> None:
        """Counts a label that holds these values."""
        self.label_values.update(values)
        self.num_empty_masks += values == [0]

    def __str__(self) -> str:
        return self.text()

    def text(self, all_files: bool = False) -> str:
        """All of it, row by row.

        Args:
            all_files: whether each file with a problem has a line of its own, also where many files have the same problem.
        """
        sizes = [f"{'×'.join(map(str, size))} ({number})" for size, number in self.sizes.most_common()]
        rows = {
            "folder": printable(self.folder),
            "images": self.num_images,
            **({"left out": f"{self.left_out} without a partner, as you asked"} if self.left_out else {}),
            "patients": f"{len(self.patients)}{TOO_FEW if len(self.patients) == 1 else ''}",
            "sizes": some(sizes),
            "channels": some([f"{channels} ({number})" for channels, number in self.channels.most_common()]),
            "label values": some([f"{value:g}" for value in sorted(self.label_values)]),
            "empty masks": self.num_empty_masks,
            **({"notes": len(self.notes)} if self.notes else {}),
            "problems": len(self.problems),
        }
        problems = self.problems if all_files else alike(self.problems)
        return "\n".join([*(f"{name:<14}{text}" for name, text in rows.items()), *problems, *self.notes])


def alike(problems: Sequence[str]) -> list[str]:
    """Lines `file: what is wrong`, of which those of one problem are one line if it has more than three files.

    ::

        a.png: holds NaN                        a.png: holds NaN
        b.png: wrong channel count 1     →      b.png, c.png, d.png and 96 more: wrong channel count 1
        c.png: wrong channel count 1            use --all_files to name them all
        …
    """
    files: dict[str, list[str]] = {}
    for line in problems:
        name, _, problem = line.partition(": ")
        files.setdefault(problem, []).append(name)
    lines: dict[str, None] = {}  # in their order, each once
    for line in problems:
        problem = line.partition(": ")[2]
        names = files[problem]
        lines[f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more: {problem}" if len(names) > NAMED else line] = None
    cut = any(len(names) > NAMED for names in files.values())
    return [*lines, *(["use --all_files to name them all"] if cut else [])]
