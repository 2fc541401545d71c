"""How the shape of a label differs from that of its image, with the mend where it is plain what happened."""

from pathlib import Path

from custom.files import Header

UPRIGHT = "one of them lies on its side: save both as a viewer shows the image, which heeds its tag of orientation (EXIF)"
UNCROPPED = "in 3D Slicer, save it without `Crop to minimum extent`, or export it with its image as the reference volume"
ONE_SLICE = "save both with as many axes: a slice is (X, Y) or (X, Y, 1)"


def shapes_differ(path: Path, label: Header, image: Header) -> str:
    """What is told of a label of another shape than its image; empty of one that has its shape.

    Args:
        path: the file of the label.
        label: its header.
        image: the header of its image.
    """
    if label.size == image.size:
        return ""
    sizes = " against ".join("×".join(map(str, header.size)) for header in (label, image))
    mend = _mend(path, label.size, image.size, is_volume=image.affine is not None)
    return f"its shape differs from its image's: {sizes}{f'; {mend}' if mend else ''}"


def _mend(path: Path, label: tuple[int, ...], image: tuple[int, ...], *, is_volume: bool) -> str:
    if path.name.endswith(".seg.nrrd"):
        return UNCROPPED
    if is_volume and (*label, 1)[:3] == (*image, 1)[:3]:
        return ONE_SLICE
    return UPRIGHT if not is_volume and label == image[::-1] else ""
