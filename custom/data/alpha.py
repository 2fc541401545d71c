"""Images whose alpha channel may be one of intensities: programs declare a fourth channel as alpha, such as infrared."""

from collections.abc import Sequence


def dropped_alpha(names: Sequence[str]) -> str:
    """The note about images whose alpha, which is dropped, is not the same everywhere; empty if there are none.

    Args:
        names: the names of these images.
    """
    if not names:
        return ""
    images = "1 image" if len(names) == 1 else f"{len(names)} images"
    mend = "if it is a channel of intensities, save it as no alpha, as bundle/docs/formats.md shows"
    return f"alpha, which is dropped, is not the same everywhere in {images}, such as {names[0]}; {mend}"
