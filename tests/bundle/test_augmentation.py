"""What is drawn at random moves an image and its label alike, in every config."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from monai.bundle import ConfigParser
from numpy.typing import NDArray

from custom.transforms import RandPasteCellsd

CONFIGS = Path(__file__).parents[2] / "bundle" / "configs"
OVERLAYS = (
    None,
    "ctc.json",
    "ema.json",
    "flair.json",
    "folder.json",
    "isbi2012.json",
    "neighbours.json",
    "nuclei.json",
    "paper.json",
)
GROUPS = ("augmentation", "grey_values", "pasting")
DRAWS, SIZE_PX, LARGEST_SHIFT_PX = 40, 160, 0.1


def random_transforms() -> dict[str, dict[str, Any]]:
    """Each distinct component of the configs that draws or that stands among such, with its numbers in place."""
    found = {}
    for overlay in OVERLAYS:
        parser = ConfigParser()
        parser.read_config([str(CONFIGS / name) for name in ("train.json", overlay) if name])
        for group in GROUPS:
            for component in components(parser, group):
                text = json.dumps(component, sort_keys=True)
                name = str(component["_target_"]).split(".")[-1]
                found.setdefault(text, (f"{overlay or 'train.json'}-{name}", component))
    return dict(found.values())


def components(parser: ConfigParser, group: str) -> list[dict[str, Any]]:
    config = parser[group]
    entries = config["transforms"] if config["_target_"] == "Compose" else [config]
    named = [parser[entry[1:]] if isinstance(entry, str) else entry for entry in entries]
    return [numbers_in_place(parser, component) for component in named]


def numbers_in_place(parser: ConfigParser, value: Any) -> Any:
    """The value with settings and expressions in place of their names."""
    if isinstance(value, dict):
        return {key: numbers_in_place(parser, part) for key, part in value.items() if key != "_desc_"}
    if isinstance(value, list):
        return [numbers_in_place(parser, part) for part in value]
    if isinstance(value, str) and value[:1] in "$@":
        return ConfigParser({**parser.get(), "asked": value}).get_parsed_content("asked")
    return value


def always(component: dict[str, Any]) -> Any:
    certain = {**component, "prob": 1.0} if "prob" in component else component
    if "RandPasteCells" in component["_target_"]:
        certain = {**certain, "halo_px": 0}  # what fades out around a pasted cell would take from another's outline
    return ConfigParser({"transform": certain}).get_parsed_content("transform")


def blob() -> NDArray[np.float32]:
    rows, columns = np.indices((SIZE_PX, SIZE_PX))
    return np.exp(-((rows - 72.3) ** 2 + (columns - 86.8) ** 2) / 72).astype(np.float32)


def centre(image: Any) -> NDArray[np.float64]:
    """The centre of what is brighter than half of the range, where noise and the background's level do not reach."""
    values = np.asarray(image[0], float)
    values = values - (np.median(values) + values.max()) / 2
    values = values.clip(min=0)
    return np.array([(np.indices(values.shape)[axis] * values).sum() / values.sum() for axis in (0, 1)])


def shifts(transform: Any) -> NDArray[np.float64]:
    """By how many pixels (draws, 2) the image is moved against its label."""
    found = []
    for seed in range(DRAWS):
        if hasattr(transform, "set_random_state"):
            transform.set_random_state(seed)
        item = {key: torch.from_numpy(blob())[None] for key in ("image", "label")}
        item["instances"] = (item["label"] > 0.5).int()
        moved = transform(item)
        moved = moved[0] if isinstance(moved, list) else moved
        if isinstance(transform, RandPasteCellsd):  # which moves the instances along, of which labels are made later
            moved = {"image": (moved["image"] > 0.5).float(), "label": (moved["instances"] > 0).float()}
        found.append(centre(moved["image"]) - centre(moved["label"]))
    return np.array(found)


RANDOM = random_transforms()


@pytest.mark.parametrize("name", RANDOM)
def test_an_augmentation_does_not_move_the_image_against_its_label(name):
    assert np.abs(shifts(always(RANDOM[name])).mean(0)).max() < LARGEST_SHIFT_PX


def test_the_measure_finds_the_shift_of_a_low_resolution_that_takes_the_nearest_pixel():
    component = next(config for config in RANDOM.values() if config["_target_"] == "RandSimulateLowResolutiond")
    assert np.abs(shifts(always({**component, "downsample_mode": "nearest"})).mean(0)).max() > 0.4


def test_every_overlay_that_changes_an_augmentation_is_measured():
    parts = {*GROUPS, "contrast", "smoothing", "scaling", "shifting", "missing_sequences"}
    keys = {path.name: {key.split("#")[0] for key in json.loads(path.read_text())} for path in CONFIGS.glob("*.json")}
    assert {name for name in keys if keys[name] & parts} - {"train.json"} <= set(OVERLAYS)
