"""Object scores in an engine."""

import numpy as np
import pytest
import torch
from monai.data import DataLoader, Dataset
from monai.engines import SupervisedEvaluator
from torch import nn

from custom.metrics import InstanceScores, MembraneScores, average_precision_50, object_f1, panoptic_quality, seg

# Two cells that the prediction merges, and one that it finds; a cell of one pixel that is not there.
TRUTH = np.array([[1, 1, 0, 2, 2, 0, 3, 3], [1, 1, 0, 2, 2, 0, 3, 3]])
PRED = np.array([[1, 1, 1, 1, 1, 0, 1, 1], [1, 1, 0, 1, 1, 0, 1, 1], [0] * 8, [1] + [0] * 7])
TRUTH = np.pad(TRUTH, ((0, 2), (0, 0)))
IMAGES = [
    {"image": torch.tensor(PRED)[None].float(), "instances": torch.tensor(TRUTH)[None], "patient_id": "a"},
    {"image": torch.zeros(1, 4, 8), "instances": torch.zeros(1, 4, 8), "patient_id": "b"},
    {"image": torch.ones(1, 4, 8), "instances": torch.zeros(1, 4, 8), "patient_id": "c"},
]


def evaluate(metric, data: list[dict], postprocessing=None) -> SupervisedEvaluator:
    evaluator = SupervisedEvaluator(
        "cpu", DataLoader(Dataset(data), batch_size=2), network=nn.Identity(), key_val_metric={"val_key": metric},
        postprocessing=postprocessing,
    )  # fmt: skip
    evaluator.run()
    return evaluator


def test_a_merged_a_found_and_an_invented_object():
    metrics = evaluate(InstanceScores(), IMAGES[:1]).state.metrics
    # The merged object covers each of the two cells, with an IoU of 4 / 9.
    assert metrics["val_seg"] == metrics["val_key"] == pytest.approx((4 / 9 + 4 / 9 + 1) / 3)
    assert metrics["val_object_f1"] == pytest.approx(2 * 1 / (2 * 1 + 2 + 2))
    assert metrics["val_average_precision"] == metrics["val_average_precision_50"] == pytest.approx(1 / 5)
    assert metrics["val_panoptic_quality"] == pytest.approx(1 / (1 + 2 / 2 + 2 / 2))
    assert metrics["val_merged_pairs"] == 1 and metrics["val_split_pairs"] == 0


def test_small_components_can_be_dropped():
    metrics = evaluate(InstanceScores(min_size_px=2), IMAGES[:1]).state.metrics
    assert metrics["val_object_f1"] == pytest.approx(2 * 1 / (2 * 1 + 1 + 2))


def test_images_are_pooled_as_each_definition_says_and_told_one_by_one():
    state = evaluate(InstanceScores(), IMAGES).state
    # An empty image that is predicted empty scores 1, one with an invented object 0; neither adds to SEG.
    assert state.metrics["val_average_precision"] == pytest.approx((1 / 5 + 1 + 0) / 3)
    assert state.metrics["val_average_precision_50"] == pytest.approx((1 / 5 + 1 + 0) / 3)
    assert state.metrics["val_object_f1"] == state.metrics["val_panoptic_quality"] == pytest.approx(2 / (2 + 3 + 2))
    assert state.metrics["val_seg"] == pytest.approx((4 / 9 + 4 / 9 + 1) / 3)
    assert [row["image"] for row in state.metric_details["val_key"]] == ["a", "b", "c"]
    assert [row["objects"] for row in state.metric_details["val_key"]] == [3, 0, 0]
    assert [row["seg"] for row in state.metric_details["val_key"][1:]] == [1, 0]


@pytest.mark.parametrize("image", IMAGES[1:])
def test_without_any_object_seg_is_that_of_the_pure_function(image):
    pred, truth = image["image"][0].numpy().astype(int), image["instances"][0].numpy().astype(int)
    assert evaluate(InstanceScores(), [image]).state.metrics["val_seg"] == seg(pred=pred, truth=truth)


def test_scores_of_one_image_are_those_of_the_pure_functions():
    rng = np.random.default_rng(0)
    truth, mask = rng.integers(0, 4, (1, 9, 11)), rng.random((9, 11)) < 0.5
    item = {"image": torch.tensor(mask)[None].float(), "instances": torch.tensor(truth)}
    metrics = evaluate(InstanceScores(), [item]).state.metrics
    from custom.transforms import connected_instances

    pred = connected_instances(mask)
    assert metrics["val_seg"] == pytest.approx(seg(pred=pred, truth=truth[0]))
    assert metrics["val_object_f1"] == pytest.approx(object_f1(pred=pred, truth=truth[0]))
    assert metrics["val_panoptic_quality"] == pytest.approx(panoptic_quality(pred=pred, truth=truth[0]))
    assert metrics["val_average_precision_50"] == pytest.approx(average_precision_50(pred=pred, truth=truth[0]))


def with_probability(batch: dict) -> dict:
    return {**batch, "probability": batch["pred"]}


def test_membranes_are_scored_as_a_stack_with_one_threshold():
    truth = torch.ones(2, 1, 12, 12)
    truth[:, :, 6] = 0
    # The first slice would be best at 0.5 and the second at 0.7; for both together 0.6 cuts one of them right.
    sure = torch.stack([0.9 * truth[0] + 0.45 * (1 - truth[0]), 0.9 * truth[1] + 0.65 * (1 - truth[1])])
    data = [
        {"image": image, "label": label, "patient_id": str(n)} for n, (image, label) in enumerate(zip(sure, truth, strict=True))
    ]
    metrics = evaluate(MembraneScores(warping=True), data, with_probability).state.metrics
    assert metrics["val_rand_f_score"] == metrics["val_key"] == 1 and metrics["val_rand_error"] == 0
    assert metrics["val_pixel_error"] == pytest.approx(12 / 288)
    assert metrics["val_best_pixel_error"] == metrics["val_pixel_f_error"] == metrics["val_warping_error"] == 0


def test_membranes_are_not_scored_where_nothing_is_labelled():
    truth = torch.ones(1, 12, 12)
    truth[:, 6] = 0
    wrong = truth.clone()
    wrong[:, 8:10, :4] = 0
    label = truth.where(torch.arange(12)[:, None] < 8, -1)
    items = [{"image": 0.9 * wrong, "label": label, "patient_id": "a"}]
    metrics = evaluate(MembraneScores(warping=True), items, with_probability).state.metrics
    for name in ("pixel_error", "best_pixel_error", "pixel_f_error", "rand_error"):
        assert metrics[f"val_{name}"] == 0, name
    assert np.isnan(metrics["val_warping_error"])
    counted = evaluate(MembraneScores(), [{**items[0], "label": truth}], with_probability).state.metrics
    assert counted["val_pixel_error"] == pytest.approx(8 / 144)


def test_slices_of_two_sizes_make_no_stack():
    data = [{"image": torch.ones(1, n, 4), "label": torch.ones(1, n, 4)} for n in (3, 5)]
    with pytest.raises(ValueError, match=r"slices must be of one size .*\(3, 4\), \(5, 4\)"):
        metric = MembraneScores()
        for item in data:
            metric.update(([item], [{**item, "probability": item["image"]}]))
        metric.compute()


def test_objects_wholly_near_the_border_do_not_count_except_for_seg_which_takes_no_border():
    # One object reaches into the middle and is found; of the two at the border one is missed and one invented.
    truth = torch.tensor([[1, 1, 0, 2, 2], [1, 1, 0, 0, 0], [1, 1, 0, 0, 0], [0, 0, 0, 0, 0]])[None]
    pred = torch.tensor([[1, 1, 0, 0, 0], [1, 1, 0, 0, 0], [1, 1, 0, 0, 0], [0, 0, 0, 1, 1]])[None].float()
    metrics = evaluate(InstanceScores(border_px=1), [{"image": pred, "instances": truth}]).state.metrics
    assert metrics["val_object_f1"] == metrics["val_panoptic_quality"] == 1
    assert metrics["val_seg"] == 0.5
    assert evaluate(InstanceScores(), [{"image": pred, "instances": truth}]).state.metrics["val_object_f1"] == 0.5


@pytest.mark.parametrize("unlabelled", [0, -1])
def test_a_true_cell_counts_with_a_prediction_that_lies_wholly_in_the_border(unlabelled):
    # A cell reaches 1 px further than the border of 3 px; it is predicted 2 px too short and 1 px too high.
    truth, pred = np.zeros((2, 12, 12), int)
    truth[5:9, :4] = 1
    pred[4:9, :2] = 1
    marked = truth.copy()
    marked[:3][marked[:3] == 0] = marked[:, :3][marked[:, :3] == 0] = unlabelled
    item = {"image": torch.tensor(pred)[None].float(), "instances": torch.tensor(marked)[None]}
    metrics = evaluate(InstanceScores(border_px=3), [item]).state.metrics
    assert metrics["val_seg"] == seg(pred=pred, truth=truth) == 0
    pred[5:9, 2] = 1
    item["image"] = torch.tensor(pred)[None].float()
    metrics = evaluate(InstanceScores(border_px=3), [item]).state.metrics
    assert metrics["val_seg"] == seg(pred=pred, truth=truth) == 12 / 18
    assert metrics["val_object_f1"] == 0


def test_what_is_predicted_where_nothing_is_labelled_does_not_count():
    # Of the first cell the right half is unlabelled; another cell is predicted on unlabelled pixels alone.
    truth = torch.tensor([[1, 1, -1, -1, 0, 0, -1, -1], [1, 1, -1, -1, 0, 0, -1, -1]])[None]
    pred = torch.tensor([[1, 1, 1, 1, 0, 0, 1, 1], [1, 1, 1, 1, 0, 0, 1, 1]])[None].float()
    metrics = evaluate(InstanceScores(), [{"image": pred, "instances": truth}]).state.metrics
    assert [metrics[f"val_{name}"] for name in ("seg", "object_f1", "average_precision", "panoptic_quality")] == [1] * 4


def test_a_border_that_is_all_of_the_image_is_refused():
    metric = InstanceScores(border_px=2)
    with pytest.raises(ValueError, match=r"border_px must be less than half of the image \(4×8\), got 2"):
        metric.update(([IMAGES[1]], [{"pred": IMAGES[1]["image"]}]))


def test_borders_part_cells_and_then_belong_to_them() -> None:
    truth = torch.tensor([[[1, 1, 1, 1, 2, 2, 2, 2]] * 3])
    pred = torch.tensor([[[1.0, 1, 1, 2, 2, 1, 1, 1]] * 3])
    for border_class, expected in ((0, 0.5), (2, 1)):
        metric = InstanceScores(border_class=border_class)
        state = evaluate(metric, [{"image": pred, "instances": truth}]).state
        assert state.metrics["val_seg"] == expected
