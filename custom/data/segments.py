"""Whether labels agree on the numbers of named segments: 3D Slicer, MITK and labelme number them as they were made."""

import re
from pathlib import Path

from custom.data.names_beside import names_beside
from custom.files import Header

UNNAMED = re.compile(r"segment[ _]?\d*(_\d+)*")  # what 3D Slicer calls segments that nobody named


class SegmentNumbers:
    """The numbers of the segments of a data set, and the first file that gives each."""

    def __init__(self) -> None:
        self.first: dict[str, tuple[int, Path]] = {}

    def disagreement(self, path: str | Path, header: Header) -> str:
        """What is wrong with the numbers of a further label; empty if nothing is, or it names no segments.

        Args:
            path: the file of the label.
            header: its header.
        """
        for name, number in header.segments or names_beside(path):
            known, first = self.first.setdefault(name.casefold(), (number, Path(path)))
            if known != number and not UNNAMED.fullmatch(name.casefold()):
                other = first.name if first.name != Path(path).name else f"{first.parent.name}/{first.name}"
                return (
                    f"its segment {name!r} has the number {number}, in {other} {known}, and numbers are the classes; number "
                    "all files alike, as 3D Slicer does with one colour table, and labelme2voc.py with one list of labels"
                )
        return ""
