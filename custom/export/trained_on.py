"""What weights were trained on, for their calibration and their record."""

from pathlib import Path
from typing import Any

from monai.bundle import ConfigParser

from custom.data import evaluation_slices
from custom.networks.unrecorded import settings_of_config
from custom.settings.rules import as_config, from_config, is_plain
from custom.storage.json_object import read_json_object
from custom.storage.split_file import MEND

DEFAULT = "custom.targets.lgg_slices"
READERS = ("custom.targets.folder_images", "custom.targets.cell_tracking_frames", DEFAULT)


def slices_of_training(train: dict[str, Any], dataset_dir: str, checkpoint: Path) -> list[Any]:
    """The images that weights were trained on, by the `split.json` beside them; without one, by the split that is drawn.

    Args:
        train: `train.json`, with overlays merged.
        dataset_dir: the data of the training; empty for what the `config.json` beside the weights names, or the simulated set.
        checkpoint: the weights.

    Raises:
        ValueError: if the data are broken, or hold nobody of that split.
    """
    known = dataset_dir or str(settings_of_config(checkpoint).get("dataset_dir", ""))
    slices = train["slices"] if train["slices"]["_target_"] != DEFAULT else _reader_of_run(checkpoint, train)
    parser = ConfigParser({**train, "slices": slices, "dataset_dir": as_config(known)})
    try:
        if not checkpoint.with_name("split.json").is_file():
            return parser.get_parsed_content("split")["train"]
        items = parser.get_parsed_content("slices")
    except SystemExit as error:
        raise ValueError(f"{error}; if the training had a plan or other configs, name them with --config") from error
    return evaluation_slices(items, part="train", checkpoint=str(checkpoint))["train"]


def _reader_of_run(checkpoint: Path, train: dict[str, Any]) -> dict[str, Any]:
    """How the `config.json` beside weights reads data, or how `train.json` does if there is none.

    A config is code, and this one may be of somebody else: only the readers of this package pass, with plain values and
    references to IDs of `train.json`.
    """
    path = checkpoint.with_name("config.json")
    told = read_json_object(path, "checkpoint", MEND).get("slices") if path.is_file() else None
    if not isinstance(told, dict) or told.get("_target_") not in READERS or "_requires_" in told:
        return train["slices"]
    given = {name: value for name, value in told.items() if not name.startswith("_")}
    if not all(is_plain(from_config(value)) or value in [f"@{name}" for name in train] for value in given.values()):
        return train["slices"]
    return {"_target_": told["_target_"], **given}
