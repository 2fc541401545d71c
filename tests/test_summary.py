"""What came out of a run, in a few lines."""

import json

import pytest

from custom.summary import summary
from custom.tables import mean_and_median, write_rows


@pytest.fixture
def run_dir(tmp_path):
    rows = [
        {"patient_id": "TCGA_1", "slices": 20, "dice": 0.9, "iou": 0.8},
        {"patient_id": "b", "slices": 9, "dice": 0.5, "iou": 0.4},
    ]
    write_rows(tmp_path / "patients.csv", [*rows, *mean_and_median(rows, "patient_id")])
    return tmp_path


def test_a_folder_without_scores_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"run_dir: .* holds no patients.csv; name the folder of a run"):
        summary(tmp_path)


def test_a_summary_has_scores_and_files(run_dir):
    write_rows(run_dir / "history.csv", [{"epoch": 1, "val_mean_dice": 0.7}, {"epoch": 2, "val_mean_dice": 0.6}])
    (run_dir / "tensorboard").mkdir()
    assert summary(run_dir).splitlines() == [
        "Dice and IoU of the volumes of 2 patients, epoch 1 of 2",
        "",
        "patient  slices   Dice    IoU",
        "TCGA_1      20  0.900  0.800",
        "b            9  0.500  0.400",
        "",
        "mean      14.5  0.700  0.600",
        "median    14.5  0.700  0.600",
        "",
        f"{run_dir}/history.csv   every epoch",
        f"{run_dir}/patients.csv  every patient",
        f"{run_dir}/tensorboard   tensorboard --logdir",
    ]


@pytest.mark.parametrize(("dataset_dir", "expected"), [("", True), ("real", False)])
def test_simulated_patients_are_called_so(run_dir, dataset_dir, expected):
    (run_dir / "config.json").write_text(json.dumps({"dataset_dir": dataset_dir}))
    assert ("SIMULATED" in summary(run_dir)) == expected


def test_the_baseline_of_an_evaluation_stands_beside_the_scores(run_dir):
    rows = [{"patient_id": "TCGA_1", "threshold": 91.0, "dice": 0.5}]
    (run_dir / "evaluation").mkdir()
    write_rows(run_dir / "evaluation" / "threshold.csv", [*rows, *mean_and_median(rows, "patient_id")])
    assert "FLAIR above 91, the best threshold: mean Dice 0.500" in summary(run_dir).splitlines()
