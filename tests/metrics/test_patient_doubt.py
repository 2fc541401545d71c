import numpy as np
import pytest
import torch

from custom.metrics import PatientDoubt, expected_dice


def item(seed: int, classes: int = 1) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    probability = torch.rand(classes, 5, 6, generator=generator)
    if classes > 1:
        probability = probability.softmax(0)
    pred = (probability >= 0.5).float() if classes == 1 else probability.argmax(0, keepdim=True).float()
    label = torch.randint(0, max(classes, 2), (1, 5, 6), generator=generator).float()
    return {"probability": probability, "pred": pred, "label": label}


def seen(results: list[dict], **settings) -> PatientDoubt:
    metric = PatientDoubt(**settings)
    for number, result in enumerate(results):
        metric.update(([{"patient_id": "a", "slice_index": number}], [result]))
    return metric


def test_the_expected_dice_of_slices_is_that_of_their_volume():
    results = [item(seed) for seed in range(3)]
    (row,) = seen(results, look_below=0.9).rows(seen(results).gathered())

    whole = expected_dice(np.stack([result["probability"].numpy() for result in results]))
    assert row == {"patient_id": "a", "expected_dice": pytest.approx(whole, rel=1e-6), "look_at": 1}


def test_a_patient_that_the_network_is_sure_of_need_not_be_looked_at():
    sure = item(0)
    sure["probability"] = sure["pred"].clone()

    assert seen([sure]).compute()["look_at"] == 0 and seen([sure]).compute()["mean_expected_dice"] == 1


def test_the_confusion_of_three_classes_is_counted_by_truth_and_prediction():
    result = item(1, classes=3)
    result["label"][0, 0, :2] = -1  # unlabelled
    (record,) = seen([result], num_classes=3).gathered().values()

    pairs = [(int(t), int(p)) for t, p in zip(result["label"].ravel(), result["pred"].ravel(), strict=True) if t >= 0]
    assert record.confusion.tolist() == [[pairs.count((t, p)) for p in range(3)] for t in range(3)]
    assert record.reliability[0].sum() == 2 * 28  # two foreground classes of 28 labelled pixels


def test_borders_count_as_cells_in_the_expected_dice():
    result = item(2, classes=3)
    cells = {**result, "probability": result["probability"][1:].sum(0, keepdim=True), "pred": (result["pred"] > 0).float()}
    inside = cells["probability"][cells["pred"] > 0].sum()
    expected = 2 * inside / (cells["pred"].sum() + cells["probability"].sum())

    assert seen([result], num_classes=3, border_class=2).compute()["mean_expected_dice"] == pytest.approx(float(expected))


def test_without_a_predicted_pixel_and_without_doubt_the_expectation_is_1():
    result = {"probability": torch.zeros(1, 2, 2), "pred": torch.zeros(1, 2, 2), "label": torch.zeros(1, 2, 2)}

    assert seen([result]).compute() == {"calibration_error": 0, "mean_expected_dice": 1, "look_at": 0}
