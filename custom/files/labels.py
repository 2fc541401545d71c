"""What the values of a label are, once its file is read: one channel of whole numbers."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom.files.kinds import Header, Image

LABEL_CHANNELS = (1, 3)
BLACK, WHITE = b"\0\0\0", b"\xff\xff\xff"
MOST_SEGMENTS = 8  # channels; labels with more are films
UNJUDGED = 255  # a usual value of pixels that nobody judged; palettes show it in black too, beside classes of other colours
# Programs that scale whole numbers on saving, as nibabel does with floats, give them back rounded: to 8 bits, from 0 to the
# largest number M, by half a step of M / 255. Beyond a quarter it is no longer plain which number was meant.
STEPS = 255
LEAST_ROUNDING, MOST_ROUNDING = 1e-3, 0.25
# Of a label without a number that could be meant, more than what 32-bit floats leave of 0 is another number, scaled.
NOISE = float(np.finfo(np.float32).eps)


def one_channel(image: Image) -> Image:
    """A label as it is; one that was saved as grey in red, green and blue as one of its equal channels.

    Raises:
        ValueError: if it has another number of channels, or they differ, or it is drawn in its alpha channel alone, or
            transparent pixels hold numbers, or its palette shows the background as another number than 0.
    """
    if image.only_alpha:
        raise ValueError("is drawn in its alpha channel alone, which is dropped; save it as grey without transparency")
    grey = image if image.header.channels == 1 else _of_equal_channels(image)
    if image.hides:
        raise ValueError("has transparent pixels that are not black, the background; save it as grey without transparency")
    if told := _background(grey):
        raise ValueError(f"its palette shows {told}, and numbers are the classes; save it as grey: 0, 1, 2 …")
    return grey


def _of_equal_channels(image: Image) -> Image:
    if image.header.channels not in LABEL_CHANNELS:
        raise ValueError(wrong_count(image.header))
    first = image.values[..., 0]
    if not (image.values == first[..., None]).all():
        raise ValueError(f"its {image.header.channels} channels differ, a mask has 1: {_mend(image.header)}")
    return Image(replace(image.header, channels=1), first)


def _background(image: Image) -> str:
    """What is told of the background of a palette in which 0 has a colour, as Pillow orders the colours of a GIF; else empty.

    Of a mask of two colours the background may be white, too.
    """
    palette = image.header.palette
    if not palette or palette[:3] == BLACK:
        return ""
    used = np.unique(image.values).tolist()
    shown = {palette[3 * number : 3 * number + 3]: number for number in reversed(used) if number != UNJUDGED}
    if BLACK in shown:
        return f"black, the background, as {shown[BLACK]}"
    return f"white, which may be the background, as {shown[WHITE]}" if len(used) == 2 and shown.get(WHITE, 0) > 0 else ""


def wrong_count(header: Header) -> str:
    """The line that refuses a label of so many channels."""
    return f"wrong channel count {header.channels}, a mask has 1: {_mend(header)}"


def _mend(header: Header) -> str:
    if header.affine is None:
        return "save it as grey"
    film = "of a film, save each labelled frame and its label as a file, or " * (header.channels > MOST_SEGMENTS)
    return f"{film}save one label map, of segments that do not overlap"


def whole_numbers(values: NDArray[Any]) -> NDArray[Any]:
    """The values, those as whole numbers that only rounding parts from them, as scaling to 8 bits does."""
    if values.dtype.kind != "f":
        return values
    largest = np.abs(values).max(where=np.isfinite(values), initial=0.0)
    rounding = np.clip(1.001 * largest / (2 * STEPS), LEAST_ROUNDING, MOST_ROUNDING) if largest >= 0.5 else NOISE
    rounded = np.round(values)
    with np.errstate(invalid="ignore"):
        near = np.abs(values - rounded) <= rounding
    return values if (rounded == values)[near].all() else np.where(near, rounded, values)
