"""Misspelt IDs are found without MONAI, by what MONAI would find."""

import json
import re
from pathlib import Path

import pytest
from monai.bundle import ReferenceResolver
from monai.bundle.utils import DEFAULT_MLFLOW_SETTINGS

from custom.settings.ids import OF_MONAI, check_ids, check_ids_of_run
from custom.settings.walk import references, texts

CONFIGS = [json.loads(path.read_text()) for path in (Path(__file__).parents[2] / "bundle" / "configs").glob("*.json")]
WRITTEN = ["$@a#b::c + @d", "@a::b", "@a b", "a@b", "$x@", "@", "@a#1#b", "$f'@x' + '@y'", "$import os", "", "@##sibling", "@é"]


def test_references_are_those_that_monai_finds():
    values = [value for config in CONFIGS for _, value in texts(config) if value.startswith(("@", "$"))]
    for value in [*values, *WRITTEN]:
        assert references(value) == set(ReferenceResolver.match_refs_pattern(value)), value


def test_what_monai_adds_to_a_config_is_known():
    assert {"_meta_", "use_click", *DEFAULT_MLFLOW_SETTINGS["configs"]} == OF_MONAI


def test_an_id_that_something_refers_to_is_welcome():
    check_ids({"train": {"dataset": "@mine"}, "mine": 3})
    with pytest.raises(ValueError, match="mine is no setting of this config, and nothing in it refers to @mine"):
        check_ids({"train": {}, "mine": 3})


def test_the_config_of_another_program_is_left_alone():
    check_ids_of_run({"epoch": 5}, Path("config.json"), "run")
    with pytest.raises(ValueError, match=re.escape("run: x/config.json is refused: epoch is no setting")):
        check_ids_of_run({"epoch": 5, "train": {}}, Path("x/config.json"), "run")
