"""The scores of each patient as a table."""

from custom.handlers import PatientTable
from custom.storage.tables import read_rows


def test_a_table_has_every_patient_then_mean_and_median(evaluator, tmp_path):
    evaluator([PatientTable(str(tmp_path))]).run()
    rows = read_rows(tmp_path / "patients.csv")
    assert [row["patient_id"] for row in rows] == ["p0", "p1", "p2", "mean", "median"]
    truth = {
        "slices": "2",
        "dice": "1",
        "iou": "1",
        "sensitivity": "1",
        "precision": "1",
        "truth_pixels": "10",
        "pred_pixels": "10",
    }
    assert rows[0] == {"patient_id": "p0"} | truth
    assert rows[3] == {"patient_id": "mean"} | truth
    assert {path.name for path in tmp_path.iterdir()} == {"patients.csv", "scores.csv"}
    scores = {row["metric"]: row["value"] for row in read_rows(tmp_path / "scores.csv")}
    assert scores["val_mean_dice"] == scores["val_pooled_iou"] == scores["val_slice_dice"] == "1"


def test_a_table_keeps_the_best_validation(evaluator, tmp_path):
    engine = evaluator([PatientTable(str(tmp_path))])
    engine.run(1)
    before = (tmp_path / "patients.csv").read_text()
    engine.network.bias.data += 20
    engine.run(2)
    assert engine.state.metric_details["val_mean_dice"][0]["dice"] < 1
    assert (tmp_path / "patients.csv").read_text() == before


def test_other_processes_write_nothing(evaluator, tmp_path):
    engine = evaluator([PatientTable(str(tmp_path))])
    engine.state.rank = 1
    engine.run()
    assert not list(tmp_path.iterdir())
