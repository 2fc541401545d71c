"""What weights were trained on, for their calibration and their record."""

from pathlib import Path
from typing import Any

from monai.bundle import ConfigParser

from custom.data import evaluation_slices
from custom.settings.rules import as_config


def slices_of_training(train: dict[str, Any], dataset_dir: str, checkpoint: Path) -> list[Any]:
    """The images that weights were trained on, by the `split.json` beside them; without one, by the split that is drawn.

    Args:
        train: `train.json`, with overlays merged.
        dataset_dir: the data of the training; empty for the simulated set.
        checkpoint: the weights.

    Raises:
        ValueError: if the data are broken, or hold nobody of that split.
    """
    parser = ConfigParser({**train, "dataset_dir": as_config(dataset_dir)})
    if not checkpoint.with_name("split.json").is_file():
        return parser.get_parsed_content("split")["train"]
    slices = parser.get_parsed_content("slices")
    return evaluation_slices(slices, part="train", checkpoint=str(checkpoint))["train"]
