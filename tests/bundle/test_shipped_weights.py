"""The weights that come with the bundle."""

import hashlib
import json
from pathlib import Path

import pytest
import torch
from monai.bundle import ConfigParser

from custom.networks import load_weights

BUNDLE = Path(__file__).parents[2] / "bundle"
MODEL = BUNDLE / "models" / "model.pt"


def test_they_are_the_file_whose_digest_is_published():
    digest, name = (BUNDLE / "models" / "SHA256SUMS").read_text().split()
    assert name == MODEL.name
    assert hashlib.sha256(MODEL.read_bytes()).hexdigest() == digest
    assert MODEL.stat().st_size < 16 * 2**20


@pytest.mark.parametrize("name", ["train.json", "inference.json"])
def test_they_fit_the_network_of_the_configs(name):
    parser = ConfigParser()
    parser.read_config(str(BUNDLE / "configs" / name))
    network = load_weights(parser.get_parsed_content("network_def"), str(MODEL))
    assert all(torch.isfinite(value).all() for value in network.state_dict().values())


def test_nobody_they_are_scored_on_was_trained_on():
    split = json.loads((BUNDLE / "models" / "split.json").read_text())
    assert len(split["val"]["patients"]) >= 15
    assert not set(split["val"]["patients"]) & set(split["train"]["patients"])
    scored = [line.split(",")[0] for line in (BUNDLE / "docs" / "lgg_patients.csv").read_text().splitlines()[1:-2]]
    assert scored == split["val"]["patients"]
