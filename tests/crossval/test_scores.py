"""Sums over the patients of hand-made folds."""

import numpy as np
import pytest

from custom.crossval.intervals import bootstrap
from custom.crossval.plan import Plan
from custom.crossval.scores import fold_scores, patient_scores, sums
from custom.crossval.summary import ensemble_of, write_summary
from custom.storage.tables import read_rows

NAMES = ["TCGA_DU_6404_1985", "TCGA_CS_6667_2001", "TCGA_HT_0001_1999", "TCGA_DU_0002_1998"]


@pytest.fixture
def plan(tmp_path):
    """Two folds of two patients each, of which the second has no tumour in its last patient."""
    for fold, lines in enumerate((["0.9,0.8,100,150", "0.5,0.4,100,100"], ["0.7,0.6,200,100", "0,0,0,10"])):
        folder = tmp_path / f"fold_{fold}" / "evaluation"
        folder.mkdir(parents=True)
        rows = [f"{name},3,{line}" for name, line in zip(NAMES[2 * fold :], lines, strict=False)]
        head = "patient_id,slices,dice,iou,truth_pixels,pred_pixels"
        (folder / "patients.csv").write_text("\n".join([head, *rows, "mean,3,9,9,9,9", "median,3,9,9,9,9", ""]))
        (folder / "scores.csv").write_text(f"metric,value\nval_seg,0.{fold + 1}\n")
    return Plan(tmp_path, [NAMES[:2], NAMES[2:]], [], {}, {})


def test_each_patient_is_a_row_with_fold_institution_and_volume_error(plan):
    rows = {row["patient_id"]: row for row in patient_scores(plan)}
    assert list(rows) == sorted(NAMES)  # and no mean, no median
    row = rows["TCGA_HT_0001_1999"]
    assert (row["fold"], row["institution"], row["dice"], row["volume_error"]) == (1, "HT", 0.7, 0.5)
    assert np.isnan(rows["TCGA_DU_0002_1998"]["volume_error"])  # there is no volume to be wrong by


def test_mean_and_median_are_of_all_patients_and_lie_in_their_intervals(plan):
    scores = {line["score"]: line for line in sums(patient_scores(plan))}
    assert list(scores) == ["dice", "iou", "volume_error"]
    assert scores["dice"]["mean"] == pytest.approx(0.525) and scores["dice"]["median"] == pytest.approx(0.6)
    assert scores["volume_error"]["patients"] == 3 and scores["volume_error"]["mean"] == pytest.approx(1 / 3)
    assert all(line["mean_low"] < line["mean"] < line["mean_high"] for line in scores.values())


def test_metrics_of_objects_are_told_by_fold(plan):
    assert fold_scores(plan) == [{"metric": "val_seg", "mean": pytest.approx(0.15), "fold_0": 0.1, "fold_1": 0.2}]


def test_the_summary_names_those_of_the_ten_patients_that_are_there(plan):
    text = write_summary(plan)
    assert "| Dice | 4 | 0.525 [" in text and "| volume error | 3 | 0.333 [" in text
    assert "2 of the ten patients that github.com/mateuszbuda/brain-segmentation-pytorch was chosen by: mean Dice 0.700" in text
    assert "| DU_6404 | 0 | 0.900 | 0.800 |\n| CS_6667 | 0 | 0.500 | 0.400 |" in text
    assert (plan.folder / "crossval.md").read_text() == text
    assert len(read_rows(plan.folder / "patients.csv")) == 4


def test_folds_that_are_not_done_are_told(plan):
    (plan.folder / "fold_0" / "evaluation" / "patients.csv").unlink()
    assert write_summary(plan).startswith(f"# {plan.folder.name}: 2 patients, 1 of 2 folds\n")
    (plan.folder / "fold_1" / "evaluation" / "patients.csv").unlink()
    with pytest.raises(ValueError, match="^resume: no fold of .* is done; run them first$"):
        write_summary(plan)


def test_the_ensemble_is_named_as_predictions_take_it(plan):
    assert ensemble_of(plan) == f"[{plan.folder}/fold_0/model.pt,{plan.folder}/fold_1/model.pt]"


def test_an_interval_narrows_with_the_number_of_patients_and_repeats():
    draw = np.random.default_rng(0)
    few, many = (bootstrap(draw.normal(0.8, 0.1, number)) for number in (10, 400))
    assert few.high - few.low > 3 * (many.high - many.low)
    # The standard error of a mean of 400 is 0.1 / 20; 95 % lie within 1.96 of it.
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.1 / 20, rel=0.1)
    assert bootstrap([0.5, 0.7, float("nan")]) == bootstrap([0.5, 0.7])


def test_the_median_of_a_sample_is_not_its_mean():
    assert bootstrap([0.0, 0.8, 0.9], np.median).value == 0.8
    assert np.isnan(bootstrap([float("nan")]).value)
    with pytest.raises(ValueError, match="level must lie between 0 and 1, got 1"):
        bootstrap([0.5], level=1)
