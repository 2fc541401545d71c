"""How data sets name their folders and files, and how the set of a run did."""

from pathlib import Path
from typing import Any, NamedTuple

from custom.storage.checkpoints import checkpoint_files
from custom.storage.json_object import read_json_object

IMAGE_FOLDERS = ("images", "image", "imgs")
LABEL_FOLDERS = (
    *("labels", "label", "masks", "mask", "instances"),
    *("1st_manual", "manual1", "manual", "ground_truth", "groundtruth", "gt"),
)


class Names(NamedTuple):
    """How a data set names its files; arguments of `custom.data.folder_images`.

    A suffix may be a whole pattern, with `*` for what image and label have in common: `mask_*`, `*_seg`.
    """

    image_folder: str = ""
    label_folder: str = ""
    image_suffix: str = ""
    label_suffix: str = ""
    field_folder: str = ""
    field_suffix: str = ""

    @property
    def field_beside(self) -> bool:
        """Whether masks of the field of view lie among the images or the labels."""
        return bool(self.field_suffix) and self.field_folder in ("", self.image_folder, self.label_folder)


NO_NAMES = Names()


def names_of_run(checkpoint: Any) -> Names:
    """The names of the set that weights were trained on, by the `config.json` beside them; none where nothing tells.

    Args:
        checkpoint: what a setting `checkpoint` may be; of several files the first counts.
    """
    try:
        path = Path(checkpoint_files(checkpoint)[0]).with_name("config.json")
        slices = read_json_object(path, "checkpoint", "take it from the run again").get("slices")
    except ValueError:  # no such file; or a broken one, of which the reader of the weights tells
        return NO_NAMES
    told = slices if isinstance(slices, dict) else {}
    return Names(**{name: told[name] for name in Names._fields if isinstance(told.get(name), str)})
