"""How far a run came, what it scored, and what comes next."""

import json

import pytest
from run_folders import write_scores

from custom.__main__ import main
from custom.runs.comparison import trained_on
from custom.runs.state import read_run
from custom.runs.summary import summary
from custom.storage.tables import mean_and_median, write_rows

DICES = {"a": 0.9, "b": 0.5}


def test_a_folder_that_is_of_no_run_is_refused_in_one_line(tmp_path, capsys):
    assert main(["summary", str(tmp_path)]) == 2
    message = (
        f"run: {tmp_path}/config.json cannot be read: No such file or directory; name the folder of a run, such as runs/mine"
    )
    assert capsys.readouterr().err == f"python -m custom summary: {message}\n"


def test_a_summary_has_epochs_scores_files_and_the_command_that_resumes(make_run):
    folder = make_run("mine", [0.7, 0.6], DICES)
    (folder / "last.pt").touch()
    assert summary(folder).splitlines() == [
        "mine: images, trained on 3 images, validated on 2 images",
        "2 of 4 epochs done",
        "best score: val_mean_dice 0.7000, epoch 1",
        "",
        "scores of        validation",
        "val_mean_dice         0.700",
        "images                    2",
        "",
        "image    Dice    IoU",
        "a       0.900  0.818",
        "b       0.500  0.333",
        "",
        "mean    0.700  0.576",
        "median  0.700  0.576",
        "",
        f"{folder}/last.pt       to go on: python -m custom train --resume RUN",
        f"{folder}/history.csv   every epoch",
        f"{folder}/patients.csv  the scores of all images",
        f"{folder}/scores.csv    the scores over all of them",
        "",
        f"go on, if it no longer runs: python -m custom train --resume {folder}",
    ]


def test_classes_are_told_by_their_names(make_run):
    folder = make_run("mine", [0.7] * 4, DICES)
    row = {"slices": 1, "dice": 0.6, "iou": 0.5, "dice_1": 0.9, "iou_1": 0.8, "dice_2": 0.3, "iou_2": 0.2}
    rows = [{"patient_id": "a", **row}]
    write_rows(folder / "patients.csv", [*rows, *mean_and_median(rows, "patient_id")])
    assert "\n\nclass   Dice    IoU\n1      0.900  0.800\n2      0.300  0.200\n\n" in summary(folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "class_names": ["background", "edema", "core"]}))
    assert "\n\nclass   Dice    IoU\nedema  0.900  0.800\ncore   0.300  0.200\n\n" in summary(folder)


def test_the_scores_of_evaluations_stand_beside_those_of_the_validation(make_run):
    folder = make_run("mine", [0.7] * 4, DICES)
    for name, dices in (("evaluation", {"a": 0.95, "b": 0.65}), ("evaluation_2", {"x": 0.4})):
        write_scores(folder / name, dices)
    lines = summary(folder).splitlines()
    assert lines[4:7] == [
        "scores of        validation    evaluation  evaluation_2",
        "val_mean_dice         0.700         0.800         0.400",
        "images                    2             2             1",
    ]


def test_a_run_that_is_done_is_followed_by_evaluation_then_by_prediction(make_run):
    folder = make_run("mine", [0.7] * 4, DICES)
    (folder / "model.pt").touch()
    evaluate, predict = summary(folder).splitlines()[-2:]
    assert evaluate == f"evaluate:  python -m custom evaluate {folder}"
    assert predict == f"predict:   python -m custom predict IMAGES --checkpoint {folder}"
    write_scores(folder / "evaluation", DICES)
    assert summary(folder).splitlines()[-2:] == ["", predict]


def test_an_evaluation_of_shipped_weights_names_their_file_and_whom_they_were_trained_on(make_run):
    runs = make_run("bundle/runs/none").parent
    shipped = runs.parent / "models" / "held_out" / "model.pt"
    shipped.parent.mkdir(parents=True)
    shipped.touch()
    (runs / "none" / "split.json").rename(shipped.with_name("split.json"))
    of_config = {"checkpoint": "$@bundle_root + '/models/' + @shipped_weights", "bundle_root": "."}
    folder = make_run("bundle/runs/scored", dices=DICES, part="val", shipped_weights="held_out/model.pt", **of_config)
    lines = summary(folder).splitlines()
    assert lines[1] == f"evaluation of {shipped}"
    assert lines[-1] == f"predict:   python -m custom predict IMAGES --checkpoint {shipped}"
    assert trained_on(read_run(folder), ["a", "t0"]) == ["t0"]


def test_files_are_told_from_the_current_folder_where_they_lie_below_it(make_run, monkeypatch):
    folder = make_run("mine", [])
    (folder / "model.pt").touch()
    monkeypatch.chdir(folder.parent)
    assert f"\n{folder.name}/model.pt " in summary(folder)


def test_early_stopping_is_told_and_leaves_nothing_to_resume(make_run):
    folder = make_run("mine", [0.7, 0.6, 0.7], DICES, early_stopping=2)
    (folder / "last.pt").touch()
    assert "3 of 4 epochs done; ended early: 2 validations added less than 0.001 to val_mean_dice" in summary(folder)
    assert "--resume mine" not in summary(folder) and "go on, if" not in summary(folder)


def test_a_training_before_its_first_validation_is_summed_up_too(make_run):
    lines = summary(make_run("mine")).splitlines()
    assert lines[1:3] == ["0 of 4 epochs done", "best score: none yet"]
    assert lines[-1] == "No epoch is kept yet; if it no longer runs, remove the folder and train again."


@pytest.mark.parametrize(
    ("settings", "depth", "noun"),
    [
        ({}, 1, "images"),
        ({}, 9, "volumes"),
        ({"patient_pattern": "(.+)_[0-9]+"}, 1, "patients"),
        ({"slices": {"_target_": "custom.targets.lgg_slices"}}, 9, "patients"),
        ({"slices": {"_target_": "custom.targets.cell_tracking_frames"}}, 1, "frames"),
    ],
)
def test_a_summary_uses_the_words_of_the_data(make_run, settings, depth, noun):
    lines = summary(make_run("mine", [0.7], DICES, depth, **settings)).splitlines()
    assert lines[0] == f"mine: {noun}, trained on 3 {noun}, validated on 2 {noun}"
    assert lines[8].split() == [noun[:-1], *["slices"] * (depth > 1), "Dice", "IoU"]


def test_of_many_images_the_lowest_are_shown(make_run):
    lines = summary(make_run("mine", [0.7], {f"i{n:02}": n / 50 for n in range(50)})).splitlines()
    assert "the 10 lowest of 50 images; all are in patients.csv" in lines
    assert [line.split()[0] for line in lines if line.startswith("i")][2:] == [f"i{n:02}" for n in range(10)]


@pytest.mark.parametrize(("dataset_dir", "expected"), [("", True), ("real", False)])
def test_simulated_patients_are_called_so(make_run, dataset_dir, expected):
    assert ("SIMULATED" in summary(make_run("mine", [0.7], DICES, dataset_dir=dataset_dir))) == expected


def test_the_baseline_of_an_evaluation_stands_beside_the_scores(make_run):
    folder = make_run("mine", [0.7], DICES)
    rows = [{"patient_id": "TCGA_1", "threshold": 91.0, "dice": 0.5}]
    (folder / "evaluation").mkdir()
    write_rows(folder / "evaluation" / "threshold.csv", [*rows, *mean_and_median(rows, "patient_id")])
    assert "FLAIR above 91, the best threshold: mean Dice 0.500" in summary(folder).splitlines()


def test_a_training_that_lost_its_patience_in_its_last_epoch_did_not_end_early(make_run):
    folder = make_run("mine", [0.7, 0.7, 0.7, 0.7], DICES, early_stopping=3)
    assert summary(folder).splitlines()[1] == "4 of 4 epochs done"
