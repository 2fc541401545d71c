"""Whether labels agree on the colours of their numbers; of those saved with palettes of their own, a number is no class."""

from collections.abc import Sequence
from pathlib import Path

from custom.files import read_header


class Palettes:
    """The colours of numbers in the labels of a data set, and the first file that shows each."""

    def __init__(self) -> None:
        self.first: dict[int, tuple[str, str]] = {}

    def disagreement(self, path: str | Path, values: Sequence[int]) -> str:
        """What is wrong with the palette of a further label; empty if nothing is, or it has none.

        Args:
            path: the file of the label, which can be read, or a page of it.
            values: the whole numbers that it holds.
        """
        palette = read_header(path).palette
        for value in values if palette else ():
            colour = f"#{palette[3 * value : 3 * value + 3].hex()}"
            known, other = self.first.setdefault(value, (colour, Path(path).name))
            if known != colour:
                return (
                    f"its palette shows {value} as {colour}, that of {other} as {known}, and numbers are the classes; save all "
                    "labels with one palette, or as grey of 0, 1, 2 …"
                )
        return ""
