"""What images may mean otherwise than they are read: a channel declared as alpha, white as 0, tags of orientation."""

from custom.files import Header, Image
from custom.files.orientation import is_on_its_side

SAVE = "as bundle/docs/formats.md shows"


class ImageDoubts:
    """What was seen in the images of a data set."""

    def __init__(self) -> None:
        self.number = 0
        self.with_alpha: list[str] = []
        self.white_is_zero: list[str] = []
        self.turned: list[str] = []

    def look(self, name: str, image: Image) -> None:
        """Looks at a further image, of that name."""
        self.number += 1
        if image.alpha_varies:
            self.with_alpha.append(name)
        if image.header.white_is_zero:
            self.white_is_zero.append(name)

    def compare(self, name: str, image: Header, label: Header) -> None:
        """Looks whether a label would fit its image, of that name, turned by its tag of orientation or not."""
        sides = is_on_its_side(image.orientation) == is_on_its_side(label.orientation) or image.size == image.size[::-1]
        if image.orientation != label.orientation and image.size == label.size and sides:
            self.turned.append(name)

    def notes(self) -> list[str]:
        """A line for each doubt.

        Programs declare a fourth channel, such as infrared, as alpha. Where 0 is white in some images alone, as from two
        scanners, they are negatives of the others. Where 0 is white in all images, a network learns them as they are. Some
        programs that draw labels heed the tag of orientation (EXIF), others do not.
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
        if self.turned:
            mend = "if labels were drawn on the images as they are stored, save the images without this tag"
            notes.append(f"the tag of orientation (EXIF) turns {_such_as(self.turned)}, otherwise than their labels; {mend}")
        return notes


def _such_as(names: list[str]) -> str:
    return f"{len(names)} image{'s' if len(names) > 1 else ''}, such as {names[0]}"
