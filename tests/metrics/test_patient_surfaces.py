import numpy as np
import pytest
import torch
from monai.data import MetaTensor

from custom.metrics import PatientSurfaces, hd95, surface_dice, surface_distances


def random_masks(seed: int, shape: tuple[int, ...]) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return tuple((torch.rand(1, *shape, generator=generator) > 0.7).float() for _ in range(2))


def test_slices_are_measured_as_the_volume_that_they_make_in_any_order():
    pred, truth = random_masks(0, (6, 5, 4))
    metric = PatientSurfaces(tolerance=1)
    for depth in (2, 0, 3, 1):
        metric.update(
            ([{"patient_id": "a", "slice_index": depth + 9}], [{"pred": pred[..., depth], "label": truth[..., depth]}])
        )
    (row,) = metric.rows(metric.gathered())

    whole = surface_distances(pred=pred[0].bool().numpy(), truth=truth[0].bool().numpy())
    assert row == {"patient_id": "a", "hd95_px": pytest.approx(hd95([whole])), "surface_dice": surface_dice([whole], 1)}


def test_a_lone_slice_is_measured_as_a_picture_whose_inside_is_no_surface():
    pred, truth = random_masks(3, (9, 9))
    pred[0, 1:8, 1:8] = 1
    metric = PatientSurfaces(tolerance=1)
    metric.update(([{"patient_id": "a", "slice_index": 7}], [{"pred": pred, "label": truth}]))
    (row,) = metric.rows(metric.gathered())

    flat = surface_distances(pred=pred[0].bool().numpy(), truth=truth[0].bool().numpy())
    assert row["hd95_px"] == hd95([flat]) and row["surface_dice"] == surface_dice([flat], 1)


def test_a_slice_that_is_left_out_leaves_a_gap():
    metric = PatientSurfaces()
    square = torch.zeros(1, 5, 5)
    square[0, 1:4, 1:4] = 1
    for number, pred, truth in ((1, square, 0 * square), (2, 0 * square, 0 * square), (5, 0 * square, square)):
        metric.update(([{"patient_id": "a", "slice_index": number}], [{"pred": pred, "label": truth}]))

    assert metric.compute() == {
        "mean_hd95_px": 4, "median_hd95_px": 4, "mean_surface_dice": 0, "median_surface_dice": 0,
    }  # fmt: skip


def test_a_volume_is_measured_in_mm_and_a_picture_in_px():
    pred, truth = random_masks(1, (6, 5, 4))
    affine = torch.diag(torch.tensor([0.5, 2.0, 3.0, 1.0]))
    volume = MetaTensor(pred, affine=affine, meta={"original_affine": affine})  # as the reader tells of a volume alone
    metric = PatientSurfaces()
    metric.update(([{"patient_id": "a", "image": volume}], [{"pred": pred, "label": truth}]))
    metric.update(([{"patient_id": "b", "image": MetaTensor(pred[..., 0])}], [{"pred": pred[..., 0], "label": truth[..., 0]}]))
    first, second = metric.rows(metric.gathered())

    expected = surface_distances(pred=pred[0].bool().numpy(), truth=truth[0].bool().numpy(), spacing=(0.5, 2, 3))
    assert first["hd95_mm"] == hd95([expected]) and "hd95_px" not in first
    assert "hd95_px" in second and "hd95_mm" not in second
    assert metric.compute()["mean_hd95_mm"] == first["hd95_mm"]


def test_images_of_one_patient_are_pooled():
    metric, parts = PatientSurfaces(tolerance=1), []
    for seed in range(3):
        pred, truth = random_masks(seed, (7, 8))
        metric.update(([{"patient_id": "a"}], [{"pred": pred, "label": truth}]))
        parts.append(surface_distances(pred=pred[0].bool().numpy(), truth=truth[0].bool().numpy()))
    (row,) = metric.rows(metric.gathered())

    assert row["hd95_px"] == hd95(parts) and row["surface_dice"] == surface_dice(parts, 1)


def test_classes_are_averaged_borders_count_as_cells_and_unlabelled_pixels_do_not_count():
    pred = torch.tensor([[[1.0, 1, 2, 2, 0, 0]]])
    truth = torch.tensor([[[1.0, 1, 2, 0, 0, -1]]])
    classes, cells = PatientSurfaces(num_classes=3, tolerance=0), PatientSurfaces(num_classes=3, border_class=2, tolerance=0)
    for metric in (classes, cells):
        metric.update(([{"patient_id": "a"}], [{"pred": pred, "label": truth}]))

    assert classes.compute()["mean_surface_dice"] == pytest.approx((1 + 2 / 3) / 2)
    assert cells.compute()["mean_surface_dice"] == pytest.approx(6 / 7)


def test_an_unlabelled_pixel_that_is_predicted_does_not_count():
    metric = PatientSurfaces(tolerance=0)
    metric.update(([{}], [{"pred": torch.tensor([[[1.0, 0, 1]]]), "label": torch.tensor([[[1.0, 0, -1]]])}]))

    assert metric.compute()["mean_surface_dice"] == 1 and np.isclose(metric.compute()["mean_hd95_px"], 0)
