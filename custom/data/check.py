"""What is wrong with a data set, found before training rather than by it."""

from pathlib import Path
from typing import Any

from custom.data.complete import no_pairs
from custom.data.folders import no_folder
from custom.data.inspection import Inspection
from custom.data.kaggle import kaggle_folder
from custom.data.names import Names
from custom.data.pairing import pair_files, paired
from custom.data.report import Report
from custom.files.foreign import conversion_of
from custom.settings.table import SETTINGS


def check_dataset(
    dataset_dir: str | Path,
    *,
    in_channels: int | None = 3,
    num_classes: int = 1,
    instances: bool = False,
    label_geometry: str = "file",
    ignore_label: int | None = None,
    only_pairs: bool = False,
    **names: str,
) -> Report:
    """Reads every image and label that `custom.data.folder_images` or `kaggle_lgg` would train on, and reports.

    Of stacks each page is an image; `train-labels.tif[0]` is the first.

    Args:
        dataset_dir: the folder; of the LGG set any that `kaggle_lgg` takes, of whose copies only one is read.
        in_channels: how many channels an image should have; None to not ask.
        num_classes: 1 for masks of {0, 1} or {0, 255}; from 2, masks hold whole numbers below it.
        instances: whether masks hold any whole numbers instead, one for each object.
        label_geometry: "file" to want labels where their images lie, "image" to lay them there voxel by voxel.
        ignore_label: a value of masks that marks pixels which are not judged; None for none.
        only_pairs: whether images without a label, and labels without an image, are left out rather than reported.
        names: how images, labels and fields of view are called: `image_folder`, `label_suffix` and the other fields of `Names`.

    Raises:
        ValueError: if an argument is out of range, the folder or one in it does not exist or holds no images, or it is not
            clear what is a pair.
    """
    _check_arguments(dataset_dir, ignore_label, in_channels=in_channels, num_classes=num_classes)
    folder, called = kaggle_folder(dataset_dir) or Path(dataset_dir), Names(**names)
    found = pair_files(folder, called)
    if not found.images and not found.labels:
        mend = conversion_of(folder) or "bundle/docs/formats.md lists the formats"
        raise ValueError(f"{str(dataset_dir)!r} holds no images; {mend}")
    kept = paired(found) if only_pairs else found
    if not kept.images and only_pairs:
        raise ValueError(f"dataset_dir: {no_pairs(folder)}")
    inspection = Inspection(folder, in_channels, num_classes, instances, label_geometry, ignore_label)
    suffix = (called.label_suffix or "_mask") if found.image_root == found.label_root else ""
    inspection.report.left_out = len(found.images) + len(found.labels) - 2 * len(kept.images) if only_pairs else 0
    inspection.pairs(kept, suffix, bool(called.field_folder or called.field_suffix))
    return inspection.report


def _check_arguments(dataset_dir: str | Path, ignore_label: int | None, **numbers: Any) -> None:
    for name, value in numbers.items():
        if value is not None and value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
    SETTINGS["ignore_label"].rule.check("ignore_label", ignore_label)
    if not str(dataset_dir) or not Path(dataset_dir).is_dir():
        raise ValueError(no_folder(dataset_dir))
