"""What a file shows of an image."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class View:
    """A level of an image.

    Attributes:
        array: its values, which are read when they are asked for.
        axes: letters of `tczyx`, or `?` of an axis whose name tells nothing.
        scale: size of a pixel by axis.
        units: units of the sizes by axis.
        shift: place of the first pixel by axis, in the same units.
        alpha: whether the last channel is alpha.
        unstored: pieces that are not stored, where the file tells; they are read as 0.
        pages: the letter that is taken for pages of which the file does not say what they are; empty if it does.
        left_out: images in the same file that are left out, in words; empty if none is.
        no_data: the number that the file declares to stand for no data; None if it declares none.
        omero: entries of OME-Zarr's `omero` by channel, as the file tells them; they may be wrong or too few.
        as_stored: what is taken as it lies in the file, and is meant otherwise, in words.
    """

    array: Any
    axes: str
    scale: dict[str, float] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    shift: dict[str, float] = field(default_factory=dict)
    alpha: bool = False
    unstored: int = 0
    pages: str = ""
    left_out: str = ""
    no_data: float | None = None
    omero: tuple[Any, ...] = ()
    as_stored: tuple[str, ...] = ()

    def told(self, *, named_by_hand: bool) -> tuple[str, ...]:
        """What its user should know: what is left out or taken as it is, and pages that no hand named, taken for slices."""
        notes = [*([f"left out, in the same file: {self.left_out}"] if self.left_out else []), *self.as_stored]
        if self.alpha:
            notes.append("left out: its last channel, which it declares to be alpha")
        if self.no_data is not None:
            mend = "python -m custom predict puts the least other value in its place"
            notes.append(f"{self.no_data:g}, which it declares to stand for no data, is taken for an intensity; {mend}")
        count = self.array.shape[self.axes.index(self.pages)] if self.pages else 1
        if count > 1 and not named_by_hand:
            other = self.axes.replace(self.pages, "t")
            notes.append(
                f"its {count} pages are taken for slices, as it does not say what they are; otherwise set axes, such as {other}"
            )
        return tuple(notes)
