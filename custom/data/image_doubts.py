"""What may be meant otherwise in images than it is read: a channel declared as alpha, and numbers of which 0 is white."""

from custom.files import Image

SAVE = "as bundle/docs/formats.md shows"


class ImageDoubts:
    """What was seen in the images of a data set."""

    def __init__(self) -> None:
        self.number = 0
        self.with_alpha: list[str] = []
        self.white_is_zero: list[str] = []

    def look(self, name: str, image: Image) -> None:
        """Looks at a further image, of that name."""
        self.number += 1
        if image.alpha_varies:
            self.with_alpha.append(name)
        if image.header.white_is_zero:
            self.white_is_zero.append(name)

    def notes(self) -> list[str]:
        """A line for each doubt.

        Programs declare a fourth channel as alpha, such as infrared. Where 0 is white in some images alone, as from two
        scanners, these are negatives of the others; where it is in all of them, a network learns it so.
        """
        notes = []
        if self.with_alpha:
            mend = f"if it is a channel of intensities, save it as no alpha, {SAVE}"
            notes.append(f"alpha, which is dropped, is not the same everywhere in {_such_as(self.with_alpha)}; {mend}")
        if 0 < len(self.white_is_zero) < self.number:
            mend = "if they are negatives of the others, invert them"
            notes.append(
                f"0 is declared as white in {_such_as(self.white_is_zero)}, of {self.number}, and read as stored; {mend}"
            )
        return notes


def _such_as(names: list[str]) -> str:
    return f"{len(names)} image{'s' if len(names) > 1 else ''}, such as {names[0]}"
