"""A newcomer's first hour, shortened: the documented commands take a raw folder to a report and predictions."""

import contextlib
import io

import numpy as np
import pytest
from first_hour import ROOT, commands_for, first_hour
from first_hour_sets import SETS, Made

from custom.__main__ import main

SHORT = "--epochs 1 --init_features 2 --patch_size 32 --timing False --device cpu".split()


def in_this_process(words: list[str]) -> int:
    with contextlib.redirect_stdout(io.StringIO()):
        return main(words)


def test_the_smallest_set_goes_from_its_folder_to_predictions(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    hour = first_hour("grey", tmp_path, in_this_process, SHORT, number=4)
    assert hour.problem == ""
    assert hour.predicted == 2
    assert 0 <= hour.dice <= 1


def test_a_command_that_fails_is_told(tmp_path):
    hour = first_hour("grey", tmp_path, lambda words: int(words[0] == "train"), number=1)
    assert hour.problem == "train ended with 1"


def test_an_image_without_a_mask_is_told(tmp_path, monkeypatch):
    def only_scores(words: list[str]) -> int:
        if words[0] == "train":
            folder = ROOT / "bundle" / "runs" / words[words.index("--run_name") + 1]
            folder.mkdir(parents=True)
            (folder / "patients.csv").write_text("patient_id,dice\nmean,0.5\n")
            (folder / "report.html").touch()
        return 0

    assert first_hour("grey", tmp_path, only_scores, number=1).problem == "0 of 2 images have a mask"


def test_the_commands_are_those_of_the_page_with_the_sets_own_places(tmp_path):
    commands = commands_for(Made(tmp_path / "mine", tmp_path / "new", 2), "r", tmp_path / "results", [])
    assert [words[0] for words in commands] == ["init", "train", "predict", "evaluate", "summary"]
    assert not [word for words in commands for word in words if "DRIVE" in word or "vessels" in word]


@pytest.mark.parametrize("name", SETS)
def test_every_set_is_one_that_init_understands(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = SETS[name][0](tmp_path, 3, np.random.default_rng(0))
    assert in_this_process(["init", str(made.data), "--timing", "False"]) == 0
    assert (tmp_path / "mine.json").is_file()
