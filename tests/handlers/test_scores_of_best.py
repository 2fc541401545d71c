import pytest

from custom.handlers import PatientTable, ScoresOfBest
from custom.metrics import PatientSurfaces
from custom.storage.tables import read_rows


def test_tables_hold_distances_and_sensitivity_beside_dice(evaluator, tmp_path):
    evaluator([ScoresOfBest(PatientSurfaces()), PatientTable(str(tmp_path))]).run()
    rows = read_rows(tmp_path / "patients.csv")
    scores = {row["metric"]: row["value"] for row in read_rows(tmp_path / "scores.csv")}

    assert [row["hd95_px"] for row in rows] == ["0"] * 5
    assert {rows[0][name] for name in ("surface_dice", "sensitivity", "precision")} == {"1"}
    assert scores["val_mean_hd95_px"] == "0" and scores["val_mean_surface_dice"] == scores["val_mean_sensitivity"] == "1"


def test_a_validation_that_is_not_the_best_has_no_distances_and_the_best_is_kept(evaluator):
    handler = ScoresOfBest(PatientSurfaces())
    engine = evaluator([handler])
    engine.run(1)
    best = handler.records
    engine.network.bias.data += 20
    engine.run(2)

    assert "val_mean_surface_dice" not in engine.state.metrics
    assert "surface_dice" not in engine.state.metric_details["val_mean_dice"][0]
    assert best and handler.records is best


def test_a_mask_of_everything_is_precise_in_10_of_48_pixels(evaluator):
    engine = evaluator([ScoresOfBest(PatientSurfaces())])
    engine.network.bias.data += 20
    engine.run()

    assert engine.state.metrics["val_mean_hd95_px"] > 1
    assert engine.state.metrics["val_mean_precision"] == pytest.approx(10 / 48)
    assert engine.state.metrics["val_mean_sensitivity"] == 1
