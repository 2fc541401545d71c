"""A cross-validation from the command line to its table, on four tiny patients."""

import fcntl
import json
import os
import re
import shutil
from pathlib import Path

import pytest
import torch
from PIL import Image

from custom.__main__ import main
from custom.crossval.plan import new_plan, read_plan
from custom.storage.tables import read_rows

BUNDLE = Path(__file__).parents[2] / "bundle"
TINY = ["--epochs", "2", "--batch_size", "4", "--init_features", "2", "--patch_size", "32", "--device", "cpu"]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    root = tmp_path_factory.mktemp("bundle")
    shutil.copytree(BUNDLE / "configs", root / "configs")
    return root


@pytest.fixture(scope="module")
def folds(bundle, tiny_lgg):
    """The folder of a cross-validation of two folds, each trained for two epochs."""
    words = ["--dataset_dir", str(tiny_lgg), "--run_name", "cv", "--num_folds", "2", "--bundle_root", str(bundle), *TINY]
    assert main(["crossval", *words]) == 0
    return bundle / "runs" / "cv"


def test_each_patient_is_scored_by_a_network_that_never_saw_them(folds):
    seen = []
    for fold in (0, 1):
        split = json.loads((folds / f"fold_{fold}/split.json").read_text())
        scored = [row["patient_id"] for row in read_rows(folds / f"fold_{fold}/evaluation/patients.csv")][:-2]
        assert scored == split["val"]["patients"] and not set(scored) & set(split["train"]["patients"])
        seen += scored
    assert sorted(seen) == [row["patient_id"] for row in read_rows(folds / "patients.csv")]
    assert len(seen) == 4


def test_a_plan_names_the_data(bundle, tiny_lgg, tmp_path, capsys):
    (tmp_path / "mine.json").write_text(json.dumps({"dataset_dir": str(tiny_lgg)}))
    words = ["--config", str(tmp_path / "mine.json"), "--run_name", "planned", "--num_folds", "9", "--bundle_root", str(bundle)]
    assert main(["crossval", *words]) == 2
    assert "num_folds must be a whole number in 2..4" in capsys.readouterr().err  # its four patients, not the simulated ones


def test_the_network_that_is_scored_is_that_of_the_last_epoch(folds):
    last = torch.load(folds / "fold_0/last.pt", weights_only=True)
    model = torch.load(folds / "fold_0/model.pt", weights_only=True)
    assert last["epoch"] == 2
    assert all(torch.equal(model[name], value) for name, value in last["state"]["network"].items())
    history = read_rows(folds / "fold_0/history.csv")
    assert [bool(row["val_mean_dice"]) for row in history] == [False, True]  # the fold is looked at once


def test_the_table_and_the_figure_lie_beside_the_folds(folds):
    text = (folds / "crossval.md").read_text()
    assert text.startswith("# cv: 4 patients, 2 of 2 folds\n") and "| Dice | 4 | " in text and "`val_mean_dice`" in text
    with Image.open(folds / "crossval.png") as picture:
        assert picture.width > 600


def test_a_cross_validation_that_was_cut_off_goes_on_also_where_its_data_and_itself_were_moved(
    folds, bundle, tiny_lgg, tmp_path, capsys
):
    runs, moved = tmp_path / "elsewhere", tmp_path / "moved"
    shutil.copytree(tiny_lgg, moved)
    shutil.copytree(folds, runs / "again")
    plan = json.loads((runs / "again/folds.json").read_text())
    told = plan | {"training": plan["training"] | {"dataset_dir": "/nowhere"}}
    (runs / "again/folds.json").write_text(json.dumps(told))
    for gone in ("fold_0/evaluation", "fold_1/model.pt", "fold_1/last.pt"):
        path = runs / "again" / gone
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(runs / "again/fold_1/evaluation")
    before = torch.load(folds / "fold_1/model.pt", weights_only=True)
    command = ["crossval", "--resume", str(runs / "again"), "--bundle_root", str(bundle), "--dataset_dir", str(moved)]
    assert main(command) == 0
    assert read_plan(runs / "again", bundle).training["dataset_dir"] == str(moved)
    after = torch.load(runs / "again/fold_1/model.pt", weights_only=True)
    assert all(torch.equal(after[name], value) for name, value in before.items())
    assert (runs / "again/patients.csv").read_text() == (folds / "patients.csv").read_text()
    said = capsys.readouterr().err
    assert "fold 0 (0 to 1): evaluation" in said and "fold 0 (0 to 1): training" not in said
    assert "fold 1 (0 to 1): training" in said


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "resume: .*folds.json holds no JSON object; begin the cross-validation anew"),
        ('{"folds": [["a"], ["b', "resume: .*folds.json is no JSON: .*; begin the cross-validation anew"),
        ('{"folds": [["a"]]}', "resume: .*folds.json holds no folds; begin"),
        ('{"folds": [["a"], []]}', "resume: .*folds.json holds no folds; begin"),
        ('{"folds": [["a", "b"], ["a"]]}', "resume: .*folds.json names the patient a 2 times; begin"),
        (
            '{"folds": [["a"], ["b"]], "configs": [3], "training": {}, "evaluation": {}}',
            "resume: .*folds.json is refused: config: no file '3'",
        ),
        (
            '{"folds": [["a"], ["b"]], "configs": [], "training": {"epoch": 3}, "evaluation": {}}',
            "resume: .*folds.json is refused: no setting epoch; did you mean epochs",
        ),
        (
            '{"folds": [["a"], ["b"]], "configs": [], "training": {}, "evaluation": {"averag": true}}',
            "resume: .*folds.json is refused: no setting averag; did you mean average",
        ),
        (
            '{"folds": [["a"], ["b"]], "configs": [], "training": {"dataset_dir": "/nowhere"}, "evaluation": {}}',
            "dataset_dir: .*folds.json names '/nowhere', which is not there; name where the data lie with --dataset_dir",
        ),
        ('{"folds": [["a"], ["b"]]}', "resume: .* holds no configs and settings; begin the cross-validation anew"),
        ('{"folds": [["a"], ["b"]], "configs": [], "training": [], "evaluation": {}}', "resume: .* holds no configs"),
    ],
)
def test_a_plan_that_somebody_broke_is_one_line(bundle, tmp_path, capsys, content, message):
    (tmp_path / "folds.json").write_text(content)
    assert main(["crossval", "--resume", str(tmp_path), "--bundle_root", str(bundle)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert re.search(message, line)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--run_name", "x", "--num_folds", "5"], r"num_folds must be a whole number in 2\.\.4 .*, got 5"),
        (
            ["--run_name", "x", "--val_fraction", "0.5"],
            "val_fraction is decided by the cross-validation, got 0.5; leave it out",
        ),
        (["--run_name", "x", "--config", "fodler"], "config: no file 'fodler'; did you mean folder"),
        (["--run_name", "x", "--epohs", "3"], "no setting epohs; did you mean epochs"),
        (["--run_name", "cv"], "run_name: '.*cv' exists; choose another name, or go on with --resume .*cv"),
        (["--run_name", "x", "--bundle_root", "/none"], "bundle_root: no configs/train.json, .* below '/none'; name a bundle"),
        (["--resume", "nowhere"], r"resume: 'nowhere' holds no folds\.json; name the folder of a cross-validation"),
    ],
)
def test_what_cannot_be_is_one_line_and_writes_nothing(folds, bundle, tiny_lgg, words, message, capsys):
    before = sorted((bundle / "runs").iterdir())
    data = [] if "--resume" in words else ["--dataset_dir", str(tiny_lgg)]
    assert main(["crossval", *data, "--bundle_root", str(bundle), *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert re.search(message, line)
    assert sorted((bundle / "runs").iterdir()) == before


def test_a_folder_of_a_cross_validation_that_was_killed_before_its_folds_is_taken(bundle, tiny_lgg):
    folder = bundle / "runs" / "killed"
    folder.mkdir(parents=True)
    plan = new_plan(bundle, "killed", [], {"dataset_dir": str(tiny_lgg)}, 2)
    assert read_plan(folder, bundle) == plan
    with pytest.raises(ValueError, match="killed' exists; choose another name, or go on with --resume"):
        new_plan(bundle, "killed", [], {"dataset_dir": str(tiny_lgg)}, 2)


def test_of_two_cross_validations_of_one_name_at_once_the_folds_of_the_first_stay(bundle, tiny_lgg, monkeypatch):
    folds = bundle / "runs" / "both" / "folds.json"

    def drawn(*given):
        folds.parent.mkdir(parents=True)
        folds.write_text("first")
        return [["a"], ["b"]]

    monkeypatch.setattr("custom.crossval.plan.drawn_folds", drawn)
    with pytest.raises(ValueError, match=r"run_name: '.*folds.json' exists, and nothing is overwritten; choose another"):
        new_plan(bundle, "both", [], {"dataset_dir": str(tiny_lgg)}, 2)
    assert folds.read_text() == "first"


@pytest.mark.parametrize(
    ("gone", "held"), [(("model.pt", "last.pt"), "fold_0"), (("evaluation/scores.csv",), "fold_0/evaluation")]
)
def test_a_fold_on_which_another_program_works_is_left_alone(folds, bundle, gone, held, capsys):
    """The other program has begun it, and kept nothing to go on with yet."""
    begun = bundle / "runs" / f"begun_{held.replace('/', '_')}"
    shutil.copytree(folds, begun)
    for name in gone:
        (begun / "fold_0" / name).unlink()
    before = sorted((begun / "fold_0").rglob("*"))
    other = os.open(begun / held, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    try:
        assert main(["crossval", "--resume", str(begun), "--only", "0", "--bundle_root", str(bundle)]) == 2
    finally:
        os.close(other)
    assert f"resume: another program that is still running writes into '{begun / held}'" in capsys.readouterr().err
    assert sorted((begun / "fold_0").rglob("*")) == before


def test_a_fold_that_does_not_exist_is_one_line(folds, bundle, capsys):
    assert main(["crossval", "--resume", str(folds), "--only", "2", "--bundle_root", str(bundle)]) == 2
    assert capsys.readouterr().err == "python -m custom crossval: only must name folds in 0..1, got 2\n"
