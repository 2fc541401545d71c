"""The table of settings, and the configs and documents that follow from it."""

import json
from pathlib import Path

import pytest

from custom.networks.knowledge import DEFAULTS
from custom.networks.runtimes import RUNTIMES
from custom.networks.unet_checks import UPSAMPLE_MODES
from custom.optimizers import OPTIMIZERS
from custom.settings import SETTINGS
from custom.settings.document import marked, settings_table
from custom.settings.ids import COMPONENTS
from custom.settings.table import RECORDED, ROWS

ROOT = Path(__file__).parents[2]
CONFIGS = {
    path.stem: json.loads(path.read_text()) for path in (ROOT / "bundle" / "configs").glob("*.json") if path.stem != "metadata"
}


def is_plain(value: object) -> bool:
    return not isinstance(value, dict) and not (isinstance(value, list) and not all(isinstance(item, str) for item in value))


def plain_names(config: dict) -> set[str]:
    """Top-level values that no component is: what a user may set."""
    programs = {"initialize", "run", "training", "finalize", "imports", "network", "scored_network", "split", "slices"}
    return {name for name, value in config.items() if is_plain(value) and "#" not in name and name not in programs}


def has(config: dict, name: str) -> bool:
    for part in name.split("#"):
        if not isinstance(config, dict) or part not in config:
            return False
        config = config[part]
    return True


@pytest.mark.parametrize("name", CONFIGS)
def test_a_setting_is_a_row_of_the_table_and_a_default_in_a_config_and_nothing_else(name):
    """So a new one touches three places: its row, its default, its use."""
    own = plain_names(CONFIGS[name])
    assert own <= set(SETTINGS)
    assert {row.name for row in ROWS if name in row.configs and not has(CONFIGS[name], row.name)} == set()
    if name in ("train", "inference"):
        assert own == {row.name for row in ROWS if name in row.configs and "#" not in row.name}
    settings = CONFIGS[name].get("settings", {})
    assert settings.keys() <= {"_target_", "_desc_"}, "which values there are is for the table to say"


def test_each_setting_stands_in_a_config_and_only_once_in_the_table():
    assert len(ROWS) == len(SETTINGS)
    assert all(set(row.configs) <= CONFIGS.keys() and row.configs for row in ROWS)


def test_the_default_of_each_setting_keeps_its_rule():
    for row in ROWS:
        for name in row.configs:
            value = CONFIGS[name]
            for part in row.name.split("#"):
                value = value[part]
            assert (isinstance(value, str) and value[:1] in ("$", "@")) or row.rule.holds(value), (row.name, name)


def test_words_for_choices_are_those_of_the_code():
    for name, choices in (("runtime", RUNTIMES), ("optimizer", OPTIMIZERS), ("upsample", UPSAMPLE_MODES)):
        assert SETTINGS[name].rule.words == f"one of {', '.join(choices)}"


def test_a_config_that_reads_a_record_takes_all_of_it():
    for name in ("inference", "evaluate"):
        taken = {key for key, value in CONFIGS[name].items() if isinstance(value, str) and value.startswith("$@record")}
        fixed = {key for key, row in RECORDED.items() if row.fixed}
        assert fixed <= taken and taken <= set(RECORDED)


def test_weights_that_tell_nothing_are_taken_for_what_train_json_makes():
    train = CONFIGS["train"]
    same = {name: value for name, value in DEFAULTS.items() if name in train and name != "class_names"}
    assert {name: train[name] for name in same} == same


def test_the_components_that_names_are_compared_with_are_those_of_the_configs():
    found = {key.split("#")[0].removeprefix("+") for config in CONFIGS.values() for key in config}
    assert found - set(SETTINGS) == COMPONENTS


def test_the_document_shows_the_table():
    assert marked((ROOT / "bundle/docs/settings.md").read_text()) == settings_table(ROOT / "bundle" / "configs")


def test_different_defaults_are_shown_with_their_configs():
    rows = [line.split(" | ") for line in settings_table(ROOT / "bundle" / "configs").splitlines()[2:]]
    defaults = {row[0].removeprefix("| "): row[2] for row in rows}
    assert defaults["`epochs`"] == "`40`"
    assert defaults["`depth`"] == "`5` (training), by the record (prediction)"
    assert defaults["`weighting#w0`"] == "`20` (`ctc.json`), `10` (`nuclei.json`, `paper.json`)"
