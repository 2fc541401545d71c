"""The split of a training that another program gives its data, as MONAI Label does."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from custom.data.pairs import quick_check
from custom.files import split_suffix


def given_split(
    train: Sequence[Mapping[str, Any]],
    val: Sequence[Mapping[str, Any]],
    in_channels: int | None = None,
    label_geometry: str = "file",
) -> dict[str, list[dict[str, Any]]]:
    """The checked items under the keys `"train"` and `"val"`, each with the name of its image as `patient_id`.

    Args:
        train: dictionaries with the paths of `"image"` and `"label"`.
        val: the same, to validate on.
        in_channels: channels that each image must have; None to not ask.
        label_geometry: `"image"` to take a volume's label voxel by voxel, wherever its header places it.

    Raises:
        ValueError: if a side is empty, as with MONAI Label's `val_split` of 0.2 before there are five labels, an image is on
            both, or files do not fit; the message names the first few.
    """
    for side, items in (("train", train), ("validate", val)):
        if not items:
            raise ValueError(
                f"{side}#dataset#data: no labelled image to {side} on, of {len(train) + len(val)}; "
                "label at least 2, and give val_split its share (0.5 of 2, 0.2 of 5)"
            )
    quick_check([*train, *val], in_channels=in_channels, label_geometry=label_geometry)
    both = sorted({item["image"] for item in train} & {item["image"] for item in val})
    if both:
        raise ValueError(f"{both[0]}: is in train#dataset#data and in validate#dataset#data; take it out of one")
    return {
        side: [{**item, "patient_id": split_suffix(Path(item["image"]).name)[0]} for item in items]
        for side, items in (("train", train), ("val", val))
    }
