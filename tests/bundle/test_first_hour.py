"""A newcomer's first hour, shortened: the documented commands take a raw folder to a report and predictions."""

import contextlib
import io

import numpy as np
import pytest
from first_hour import ROOT, commands_for, first_hour, score_of
from first_hour_sets import NEW, SETS, Made
from PIL import Image

from custom.__main__ import main

SHORT = "--epochs 1 --init_features 2 --patch_size 32 --timing False --device cpu".split()


def in_this_process(words: list[str]) -> int:
    with contextlib.redirect_stdout(io.StringIO()):
        return main(words)


def test_the_smallest_set_goes_from_its_folder_to_predictions(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    hour = first_hour("grey", tmp_path, in_this_process, SHORT, number=4)
    assert hour.problem == ""
    assert hour.predicted == NEW
    assert 0 <= hour.validation <= 1 and 0 <= hour.test <= 1 and 0 < hour.train_s < hour.seconds


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

    problem = first_hour("grey", tmp_path, only_scores, number=1).problem
    assert problem == f"no {tmp_path / 'results' / 'report.html'}, 0 of {NEW} images have a mask"


def test_predictions_are_scored_by_class_and_objects_one_by_one(tmp_path):
    truth = np.array([[1, 1, 0, 2], [1, 1, 0, 2]], np.uint8)
    np.save(tmp_path / "a.npy", truth)
    half = np.array([[1, 1, 0, 0], [0, 0, 0, 0]], np.uint8)
    for name, labels in (("a_mask", truth), ("half_mask", half), ("half_instances", half * 3)):
        Image.fromarray(labels).save(tmp_path / f"{name}.png")
    scores = [score_of(tmp_path / f"{name}.png", tmp_path / "a.npy") for name in ("a_mask", "half_mask", "half_instances")]
    assert scores == pytest.approx([1, (2 * 2 / 6 + 0) / 2, 0])
    np.save(tmp_path / "b.npy", truth > 0)
    Image.fromarray((truth > 0).astype(np.uint8) * 255).save(tmp_path / "b_mask.png")
    assert score_of(tmp_path / "b_mask.png", tmp_path / "b.npy") == 1


def test_the_commands_are_those_of_the_page_with_the_sets_own_places(tmp_path):
    commands = commands_for(Made(tmp_path / "mine", tmp_path / "new", tmp_path / "truth"), "r", tmp_path / "results", [])
    assert [words[0] for words in commands] == ["init", "train", "predict", "evaluate", "summary"]
    assert not [word for words in commands for word in words if "DRIVE" in word or "vessels" in word]


@pytest.mark.parametrize("name", SETS)
def test_every_set_is_one_that_init_understands(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = SETS[name][0](tmp_path, 3, np.random.default_rng(0))
    assert in_this_process(["init", str(made.data), "--timing", "False"]) == 0
    assert (tmp_path / "mine.json").is_file()
