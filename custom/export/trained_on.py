"""What weights were trained on, for their calibration and their record."""

from pathlib import Path
from typing import Any

from monai.bundle import ConfigParser

from custom.data import evaluation_slices
from custom.networks.unrecorded import settings_of_config
from custom.settings.rules import as_config


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
    parser = ConfigParser({**train, "dataset_dir": as_config(known)})
    try:
        if not checkpoint.with_name("split.json").is_file():
            return parser.get_parsed_content("split")["train"]
        slices = parser.get_parsed_content("slices")
    except SystemExit as error:  # a config is code: that of the run is not read for them
        raise ValueError(f"{error}; if the training had a plan or other configs, name them with --config") from error
    return evaluation_slices(slices, part="train", checkpoint=str(checkpoint))["train"]
