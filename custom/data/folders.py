"""Anyone's images and masks as a datalist: in two folders, or side by side.

::

    DIR/images/a/scan_1.jpg          DIR/a/scan_1.png
    DIR/labels/a/scan_1.png          DIR/a/scan_1_mask.png
"""

from pathlib import Path

from custom.data.check import quick_check
from custom.data.datalists import Slice
from custom.data.images import RESULTS, in_numeric_order, is_picture, split_suffix
from custom.data.stacks import unpacked_stack
from custom.door import one_line_errors

IMAGE_FOLDERS = ("images", "image", "imgs")
LABEL_FOLDERS = ("labels", "label", "masks", "mask", "instances")
STACK_NAMES = ("train-volume.tif", "train-labels.tif")


@one_line_errors
def folder_images(
    dataset_dir: str | Path,
    in_channels: int | None = None,
    image_folder: str = "",
    label_folder: str = "",
    label_suffix: str = "_mask",
) -> list[Slice]:
    """Images with their labels, by name in numeric order, each with a label of the same name.

    Looked for are, in this order: the stacks `train-volume.tif` and `train-labels.tif` of the ISBI 2012 challenge, whose pages
    become images; `image_folder` and `label_folder` if they are given; one folder called images, image or imgs and one called
    labels, label, masks, mask or instances; `<name><label_suffix>.<ext>` beside `<name>.<ext>`. A label may differ from its
    image in format. Folders below are searched too, and images of one such folder bear its name as `patient_id`, so that a
    split keeps them together; others bear their own.

    Args:
        dataset_dir: the folder.
        in_channels: channels that each image must have; None to not ask.
        image_folder: name of the images' folder in `dataset_dir`.
        label_folder: name of the labels' folder in `dataset_dir`.
        label_suffix: what a label's name has more than its image's, where they lie side by side.

    Raises:
        ValueError: if there is no such folder, no image, an image without label, a label without image, or a file that is
            broken or does not fit; the message names it.
    """
    root = Path(str(dataset_dir)).expanduser()
    if not dataset_dir or not root.is_dir():
        raise ValueError(f"dataset_dir: no folder {str(dataset_dir)!r}; name one with images and labels")
    pairs = _pairs(root, image_folder, label_folder, label_suffix)
    items: list[Slice] = [
        {"image": str(image), "label": str(label), "patient_id": _owner(name), "slice_index": index}
        for index, (name, image, label) in enumerate(pairs)
    ]
    quick_check(items, in_channels=in_channels)
    return items


def _pairs(root: Path, image_folder: str, label_folder: str, label_suffix: str) -> list[tuple[Path, Path, Path]]:
    """Name relative to the folder, image and label of each pair."""
    if bool(image_folder) != bool(label_folder):
        raise ValueError("image_folder and label_folder must be given together, or neither")
    stacks = [root / name for name in STACK_NAMES]
    if all(stack.is_file() for stack in stacks):
        image_root, label_root = map(unpacked_stack, stacks)
    else:
        image_root = _folder(root, image_folder, IMAGE_FOLDERS)
        label_root = _folder(root, label_folder, LABEL_FOLDERS)
    if root in (image_root, label_root):
        return _side_by_side(root, label_suffix)
    return _paired(_by_name(image_root), _by_name(label_root), image_root, label_root)


def _folder(root: Path, given: str, known: tuple[str, ...]) -> Path:
    """The given folder, or the only one of a known name, or else the root itself."""
    if given:
        if not (root / given).is_dir():
            raise ValueError(f"dataset_dir: no folder {given!r} in {str(root)!r}")
        return root / given
    found = [root / name for name in known if (root / name).is_dir()]
    if len(found) > 1:
        names = ", ".join(folder.name for folder in found)
        raise ValueError(f"dataset_dir: {str(root)!r} has the folders {names}; say which with image_folder and label_folder")
    return found[0] if found else root


def _side_by_side(root: Path, label_suffix: str) -> list[tuple[Path, Path, Path]]:
    files = _by_name(root)
    labels = {name: path for name, path in files.items() if name.name.endswith(label_suffix)}
    images = {name: path for name, path in files.items() if not name.name.endswith((label_suffix, *RESULTS))}
    return _paired(images, {name.with_name(name.name.removesuffix(label_suffix)): labels[name] for name in labels}, root, root)


def _by_name(folder: Path) -> dict[Path, Path]:
    """All images of a folder and those below it, by their path relative to it without suffix."""
    files = sorted((path for path in folder.rglob("*") if is_picture(path, folder)), key=in_numeric_order)
    named: dict[Path, Path] = {}
    for path in files:
        name = path.relative_to(folder).with_name(split_suffix(path.name)[0])
        if name in named:
            raise ValueError(f"{path}: has the same name as {named[name].name}; remove one of them")
        named[name] = path
    return named


def _paired(
    images: dict[Path, Path], labels: dict[Path, Path], image_root: Path, label_root: Path
) -> list[tuple[Path, Path, Path]]:
    if not images:
        raise ValueError(f"dataset_dir: {str(image_root)!r} holds no images")
    for name, path in images.items():
        if name not in labels:
            raise ValueError(f"{path}: no label of that name in {str(label_root)!r}")
    for name, path in labels.items():
        if name not in images:
            raise ValueError(f"{path}: no image of that name in {str(image_root)!r}")
    return [(name, path, labels[name]) for name, path in images.items()]


def _owner(name: Path) -> str:
    return str(name if name.parent == Path() else name.parent)
