"""How the shape of a label differs from that of its image, with the mend."""

from pathlib import Path

from custom.files import Header

UPRIGHT = "one of them lies on its side: save both as a viewer shows the image, which heeds its tag of orientation (EXIF)"
UNCROPPED = "in 3D Slicer, save it without `Crop to minimum extent`, or export it with its image as the reference volume"
RESIZED = "if one of them was resized, resize the label to its image's size, without interpolation"
ON_GRID = "save it on its image's grid, resampled without interpolation"
COLOURS = "if the slices of the image are colours, save it as a picture, such as PNG"
ONE_SLICE = "save both with as many axes: a slice is (X, Y) or (X, Y, 1)"


def shapes_differ(path: Path, label: Header, image: Header) -> str:
    """What is wrong with a label whose shape is not that of its image; empty if the shapes are equal.

    Args:
        path: the file of the label.
        label: its header.
        image: the header of its image.
    """
    if label.size == image.size:
        return ""
    sizes = " against ".join("×".join(map(str, header.size)) for header in (label, image))
    mend = _mend(path, label.size, image.size, is_volume=image.affine is not None)
    return f"its shape differs from its image's: {sizes}; {mend}"


def _mend(path: Path, label: tuple[int, ...], image: tuple[int, ...], *, is_volume: bool) -> str:
    if path.name.endswith(".seg.nrrd"):
        return UNCROPPED
    if is_volume and (*label, 1)[:3] == (*image, 1)[:3]:
        return ONE_SLICE
    if is_volume:
        return ON_GRID if len(label) == len(image) else COLOURS
    return UPRIGHT if label == image[::-1] else RESIZED
