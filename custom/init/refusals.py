"""Why a folder shows no images with labels, with the mend."""

from collections.abc import Sequence
from pathlib import Path

from custom.files import files_below, is_picture, split_suffix
from custom.files.foreign import conversion_of
from custom.init.naming import Group
from custom.init.roles import called_labels, is_coloured

FIRST, SECOND = "_0000", "_0001"  # what nnU-Net puts behind the name of a case for its channels
LOSSY = (".jpg", ".jpeg")
FEWEST = 2


def why_nothing(root: Path) -> str:
    """The line that refuses a folder in which nothing looks like labels."""
    pictures = [path for path in files_below(root) if is_picture(path)]
    if not pictures:
        mend = conversion_of(root) or "bundle/docs/formats.md lists the formats"
        return f"data: {str(root)!r} holds no images; {mend}"
    painted = next((path for path in pictures if is_coloured(path)), None)
    if painted:
        return f"{painted}: holds colours, not class numbers; save labels as grey images of 0, 1, 2 …"
    if second := _second_channel(pictures):
        return (
            f"{second}: is a further channel of an image, in nnU-Net's naming; join the channels of each image into one file, "
            "such as a NIfTI of (X, Y, Z, channel), or keep those of one channel alone"
        )
    lossy = (path for path in pictures if path.suffix.lower() in LOSSY)
    if blurred := next((path for path in lossy if _is_called_label(path.relative_to(root))), None):
        return f"{blurred}: is called a label, but JPEG blurs class numbers; save labels without loss, such as PNG of 0 and 255"
    few = f"; at least {FEWEST} images with masks are needed" if len(pictures) < 2 * FEWEST else ""
    return (
        f"data: nothing in {str(root)!r} looks like masks of its {len(pictures)} images: whole numbers in flat areas, "
        f"in a folder of their own such as masks/, or beside the images as <name>_mask.png{few}"
    )


def _is_called_label(path: Path) -> bool:
    return called_labels(Group(path.parent.name, split_suffix(path.name)[0], {})) == 2


def _second_channel(pictures: Sequence[Path]) -> Path | None:
    """A file `case_0001` beside `case_0000`, where a label is called `case`."""
    files = {path.with_name(split_suffix(path.name)[0]): path for path in pictures}
    labels = {stem.name for stem in files}
    seconds = (path for stem, path in files.items() if stem.name.endswith(SECOND) and stem.name.removesuffix(SECOND) in labels)
    return next((path for path in seconds if (path.with_name(path.name.replace(SECOND, FIRST))).exists()), None)
