"""The weights that come with the bundle."""

import hashlib
import json
from pathlib import Path

import pytest
import torch
from monai.bundle import ConfigParser

from custom.networks import load_weights

BUNDLE = Path(__file__).parents[2] / "bundle"
MODELS = BUNDLE / "models"

# The folder of each, and the configs whose network it fits.
SHIPPED = {
    ".": ["train.json"],
    "flair": ["train.json", "flair.json"],
    "isbi2012": ["train.json", "isbi2012.json"],
    "isbi2012_neighbours": ["train.json", "isbi2012.json", "neighbours.json"],
    "nuclei": ["train.json", "nuclei.json"],
    "u373": ["train.json", "ctc.json"],
}
# Those before their last training, which left nobody out to be scored on.
HELD_OUT = {f"held_out/{folder}": SHIPPED[folder] for folder in (".", "flair", "isbi2012_neighbours", "nuclei")}
ALL = {**SHIPPED, **HELD_OUT}


def read(*names: str) -> ConfigParser:
    parser = ConfigParser()
    parser.read_config([str(BUNDLE / "configs" / name) for name in names])
    return parser


def test_none_is_without_a_test():
    assert {path.parent for path in MODELS.rglob("*.pt")} == {MODELS / folder for folder in ALL}


@pytest.mark.parametrize("folder", ALL)
def test_shipped_weights_are_the_file_whose_digest_is_published(folder):
    digest, name = (MODELS / folder / "SHA256SUMS").read_text().split()
    model = MODELS / folder / name
    assert hashlib.sha256(model.read_bytes()).hexdigest() == digest
    assert model.stat().st_size < 16 * 2**20


@pytest.mark.parametrize("folder", ALL)
def test_shipped_weights_fit_the_network_of_their_configs_which_look_for_the_last(folder):
    parser = read(*ALL[folder])
    model = MODELS / folder / "model.pt"
    network = load_weights(parser.get_parsed_content("network_def"), str(model))
    assert all(torch.isfinite(value).all() for value in network.state_dict().values())
    assert (MODELS / parser["shipped_weights"] == model) == (folder in SHIPPED)


@pytest.mark.parametrize("folder", ALL)
def test_nobody_they_are_scored_on_was_trained_on(folder):
    split = json.loads((MODELS / folder / "split.json").read_text())
    assert split["val"]["patients"] and not set(split["val"]["patients"]) & set(split["train"]["patients"])
    assert not Path(split["settings"]["dataset_dir"]).is_absolute()


def test_the_published_scores_are_those_of_the_patients_held_out():
    split = json.loads((MODELS / "held_out/split.json").read_text())
    assert len(split["val"]["patients"]) >= 15
    scored = [line.split(",")[0] for line in (BUNDLE / "docs" / "lgg_patients.csv").read_text().splitlines()[1:-2]]
    assert scored == split["val"]["patients"]


def test_flair_alone_has_the_same_split():
    both = [json.loads((MODELS / folder / "split.json").read_text()) for folder in ("held_out", "held_out/flair")]
    assert both[0]["val"] == both[1]["val"]
