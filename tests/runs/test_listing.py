"""The table of all runs."""

import os

import pytest

from custom.__main__ import main


@pytest.mark.parametrize(
    ("name", "message"),
    [("nowhere", "runs: no folder"), ("", "holds"), ("empty", "runs: no run in")],
)
def test_a_folder_without_runs_is_one_line(name, message, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    assert main(["runs", "--runs", str(tmp_path / name)]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1 and (message in captured.err or not name)


def test_runs_stand_by_age_with_epochs_best_scores_and_the_settings_that_differ(make_run, tmp_path, capsys):
    runs = [
        make_run("second", [0.7, 0.8, 0.6], lr=0.01),
        make_run("first", [0.5] * 4, lr=0.001),
        make_run("folds/fold_0", lr="$@min_lr * 2"),
        make_run("stopped", [0.9, 0.1], early_stopping=1),
        make_run("scored", (), {"a": 0.25}, part="val", checkpoint="/w/model.pt"),
    ]
    for age, folder in enumerate((runs[1], runs[0], *runs[2:])):
        os.utime(folder / "config.json", (age * 60 + 1e9,) * 2)
    assert main(["runs", "--runs", str(tmp_path)]) == 0
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[0].split() == ["name", "begun", "epochs", "best", "score", "settings", "that", "differ"]
    rows = [(line.split()[0], " ".join(line.split()[3:])) for line in lines[1:]]
    assert rows == [
        ("first", "4/4 val_mean_dice 0.5000, epoch 1 --lr 0.001 --early_stopping -1"),
        ("second", "3/4 val_mean_dice 0.8000, epoch 2 --lr 0.01 --early_stopping -1"),
        ("folds/fold_0", "0/4 none yet --early_stopping -1"),
        ("stopped", "2/4 stopped early val_mean_dice 0.9000, epoch 1 --lr 0.001 --early_stopping 1"),
        ("scored", "evaluation val_mean_dice 0.2500"),
    ]


def test_a_config_that_is_no_json_does_not_hide_the_other_runs(make_run, tmp_path, capsys):
    make_run("good", [0.5])
    (make_run("bad") / "config.json").write_text("{")
    assert main(["runs", "--runs", str(tmp_path)]) == 1
    captured = capsys.readouterr()
    assert "good" in captured.out
    assert captured.err.startswith(f"run: {tmp_path}/bad/config.json is no JSON: ") and captured.err.count("\n") == 1
