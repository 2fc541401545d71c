"""Anyone's images and masks as a datalist: in two folders, or side by side."""

from pathlib import Path

from custom.data.check import quick_check
from custom.data.datalists import Slice
from custom.data.pairing import pair_files, subfolders
from custom.data.report import some
from custom.door import one_line_errors

MEND = (
    "set --slices#image_folder and --slices#label_folder, --slices#image_suffix or --slices#label_suffix to how they are named"
)


@one_line_errors
def folder_images(
    dataset_dir: str | Path,
    in_channels: int | None = None,
    image_folder: str = "",
    label_folder: str = "",
    image_suffix: str = "",
    label_suffix: str = "_mask",
) -> list[Slice]:
    """Images with their labels, by name in numeric order, each with a label of the same name.

    Looked for are, in this order: the stacks `train-volume.tif` and `train-labels.tif` of the ISBI 2012 challenge, whose pages
    become images; `image_folder` and `label_folder` if they are given; one folder called images, image or imgs and one called
    labels, label, masks, mask or instances, in capitals or not; `<name><label_suffix>.<ext>` beside
    `<name><image_suffix>.<ext>`. A label may differ from its image in format. Folders below are searched too, and images of one
    such folder bear its name as `patient_id`, so that a split keeps them together; others bear their own.

    Args:
        dataset_dir: the folder.
        in_channels: channels that each image must have; None to not ask.
        image_folder: name of the images' folder in `dataset_dir`.
        label_folder: name of the labels' folder in `dataset_dir`.
        image_suffix: what the name of every image ends with, such as `_0000`, and its label's does not; other files are none.
        label_suffix: what a label's name may end with in a folder of its own, and must beside its image.

    Raises:
        ValueError: if there is no such folder, no image, an image without label, a label without image, or a file that is
            broken or does not fit; the message names it.
    """
    root = Path(str(dataset_dir)).expanduser()
    if not dataset_dir or not root.is_dir():
        raise ValueError(f"dataset_dir: no folder {str(dataset_dir)!r}; name one with images and labels")
    found = pair_files(root, image_folder, label_folder, image_suffix, label_suffix)
    if not found.images:
        raise ValueError(f"dataset_dir: {str(found.image_root)!r} holds no images")
    names = [folder.name for folder in subfolders(root)] if found.image_root == root else []
    folders = f"; {str(root)!r} has the folders {some(names, 5)}" if names else ""
    for files, others, message in (
        (found.images, found.labels, f"no label of that name in {str(found.label_root)!r}; {MEND}{folders}"),
        (found.labels, found.images, f"no image of that name in {str(found.image_root)!r}"),
    ):
        for name in sorted(files.keys() - others.keys()):
            raise ValueError(f"{files[name]}: {message}")
    items: list[Slice] = [
        {"image": str(image), "label": str(found.labels[name]), "patient_id": _owner(name), "slice_index": index}
        for index, (name, image) in enumerate(found.images.items())
    ]
    quick_check(items, in_channels=in_channels)
    return items


def _owner(name: Path) -> str:
    return str(name if name.parent == Path() else name.parent)
