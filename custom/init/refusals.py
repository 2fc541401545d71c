"""Why a folder shows no images with labels, with the mend."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from custom.files import files_below, is_picture, read_label, split_suffix
from custom.files.foreign import conversion_of
from custom.init.outlines import list_beside, outline_beside
from custom.init.owners import several_of, strange_name
from custom.init.pixels import evenly
from custom.init.reasons import HOW
from custom.init.roles import is_coloured
from custom.init.sorting import LOSSY, labels_among

FIRST, SECOND = "_0000", "_0001"  # what nnU-Net puts behind the name of a case for its channels
FEWEST = 2
LOOKED_AT = 8
MOST_COLOURED = 400  # files that are decoded to see whether they were painted


def why_nothing(folder: Path, root: Path) -> str:
    """The line that refuses a folder in which nothing looks like labels.

    Args:
        folder: as a person named it.
        root: the one in it that holds all images.
    """
    return plain_reason(folder, root) or next(_other_reasons(folder, *_parted(root)))


def plain_reason(folder: Path, root: Path) -> str:
    """The line that refuses a folder whose files tell what is wrong, whatever they are called; empty if they do not.

    Arguments as above.
    """
    pictures = [path for path in files_below(root) if is_picture(path)]
    if not pictures:
        mend = conversion_of(root) or "bundle/docs/formats.md lists the formats"
        return f"data: {str(folder)!r} holds no images; {mend}"
    return next(_plain_reasons(*_parted(root)), "")


def _parted(root: Path) -> tuple[list[Path], list[Path]]:
    """The images and the labels of a folder."""
    pictures = [path for path in files_below(root) if is_picture(path)]
    labels = labels_among(root, pictures)
    return [path for path in pictures if path not in labels], [path for path in pictures if path in labels]


def _plain_reasons(images: Sequence[Path], labels: Sequence[Path]) -> Iterator[str]:
    """What is wrong with images and labels, the plainest reason first."""
    pictures = [*labels, *images]
    if painted := next(filter(is_coloured, (pictures[place] for place in evenly(len(pictures), MOST_COLOURED))), None):
        yield f"{painted}: holds colours, not class numbers; save labels as grey images of 0, 1, 2 …{HOW}"
    if second := _second_channel(pictures):
        yield (
            f"{second}: is a further channel of an image, in nnU-Net's naming; join the channels of each image into one file, "
            f"such as a NIfTI of (X, Y, Z, channel), or keep those of one channel alone{HOW}"
        )
    if twins := _twins(pictures):
        yield (
            f"{twins[0]} and {twins[1].name}: have one name; put labels into a folder of their own such as masks/, or call "
            f"them {split_suffix(twins[1].name)[0]}_mask.png and so on"
        )
    if blurred := next((path for path in labels if path.suffix.lower() in LOSSY), None):
        mend = f"save labels without loss, such as PNG of 0 and 255{HOW}"
        yield f"{blurred}: is called a label, but JPEG blurs class numbers; {mend}"
    if refused := next(filter(None, map(_refused, labels[:LOOKED_AT])), ""):
        yield refused
    if several := several_of(images, labels):
        yield several


def _other_reasons(folder: Path, images: Sequence[Path], labels: Sequence[Path]) -> Iterator[str]:
    """What may be wrong with the names of images and labels, or with what else a folder holds."""
    pictures = [*labels, *images]
    if strange := strange_name(images, labels):
        yield list_beside(folder, pictures) or strange
    if outline := outline_beside(folder, pictures):
        yield outline
    if listed := list_beside(folder, pictures):
        yield listed
    others = f"; if images are among others, {mend}" if (mend := conversion_of(folder)) else ""
    few = f"; at least {FEWEST} images with masks are needed" if len(pictures) < 2 * FEWEST else ""
    yield (
        f"data: nothing in {str(folder)!r} looks like masks of its {len(pictures)} images: whole numbers in flat areas, "
        f"in a folder of their own such as masks/, or beside the images as <name>_mask.png{few}{others}{HOW}"
    )


def _second_channel(pictures: Sequence[Path]) -> Path | None:
    """A file `case_0001` beside `case_0000`, where a label is called `case`."""
    files = {path.with_name(split_suffix(path.name)[0]): path for path in pictures}
    labels = {stem.name for stem in files}
    seconds = (path for stem, path in files.items() if stem.name.endswith(SECOND) and stem.name.removesuffix(SECOND) in labels)
    return next((path for path in seconds if path.with_name(path.name.replace(SECOND, FIRST)).exists()), None)


def _twins(pictures: Sequence[Path]) -> tuple[Path, Path] | None:
    """Two files of one folder that differ in their format alone, such as `a.jpg` and its label `a.png`."""
    first: dict[Path, Path] = {}
    for path in sorted(pictures):
        other = first.setdefault(path.with_name(split_suffix(path.name)[0]), path)
        if other != path:
            return other, path
    return None


def _refused(path: Path) -> str:
    """The line of a file that is called a label but cannot be read as one."""
    try:
        read_label(path)
    except ValueError as error:
        return f"{path}: {error}"
    return ""
