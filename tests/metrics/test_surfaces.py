import numpy as np
import pytest
import torch
from monai.metrics import compute_hausdorff_distance, compute_surface_dice

from custom.metrics import hd95, surface_dice, surface_distances


def blob(shape: tuple[int, ...], centre: tuple[float, ...], radius: float) -> np.ndarray:
    places = np.indices(shape).reshape(len(shape), -1).T
    return (np.linalg.norm(places - centre, axis=1) <= radius).reshape(shape)


def surface_points(mask: np.ndarray, spacing: tuple[float, ...]) -> np.ndarray:
    """Places of pixels of which a neighbour along an axis is outside, found one by one."""
    padded = np.pad(mask, 1)
    points = []
    for place in np.argwhere(padded):
        neighbours = [tuple(place + step * axis) for axis in np.eye(mask.ndim, dtype=int) for step in (-1, 1)]
        if not all(padded[neighbour] for neighbour in neighbours):
            points.append((place - 1) * spacing)
    return np.array(points)


def slow(pred: np.ndarray, truth: np.ndarray, spacing: tuple[float, ...]) -> list[np.ndarray]:
    """All distances from all points to all points."""
    pred, truth = (surface_points(mask, spacing) for mask in (pred, truth))
    between = np.linalg.norm(pred[:, None] - truth[None], axis=-1)
    return [between.min(axis=1), between.min(axis=0)]


CASES = [
    (blob((12, 15), (5, 6), 3.2), blob((12, 15), (6, 8), 4.1), (1.0, 1.0)),
    (blob((12, 15), (0, 0), 5), blob((12, 15), (11, 14), 6), (0.5, 2.0)),
    (blob((7, 8, 9), (3, 3, 3), 2.5), blob((7, 8, 9), (4, 4, 5), 3), (1.0, 0.7, 3.0)),
    (blob((9, 9), (4, 4), 3) & ~blob((9, 9), (4, 4), 0), blob((9, 9), (4, 4), 3), (1.0, 1.0)),
]


@pytest.mark.parametrize(("pred", "truth", "spacing"), CASES)
def test_distances_are_those_of_all_points_to_all_points(pred, truth, spacing):
    found = surface_distances(pred=pred, truth=truth, spacing=spacing)

    for fast, one_by_one in zip(found, slow(pred, truth, spacing), strict=True):
        np.testing.assert_allclose(np.sort(fast), np.sort(one_by_one), rtol=1e-6)


@pytest.mark.filterwarnings("ignore:.*always_return_as_numpy:FutureWarning")  # MONAI calls itself in a way it deprecates
@pytest.mark.parametrize(("pred", "truth", "spacing"), CASES)
def test_scores_are_those_of_monais_metrics(pred, truth, spacing):
    found = surface_distances(pred=pred, truth=truth, spacing=spacing)
    tensors = [torch.from_numpy(mask)[None, None] for mask in (pred, truth)]

    distance = compute_hausdorff_distance(*tensors, include_background=True, percentile=95, spacing=list(spacing))
    agreement = compute_surface_dice(*tensors, [1.5], include_background=True, spacing=list(spacing))

    assert hd95([found]) == pytest.approx(float(distance), rel=1e-6)
    assert surface_dice([found], 1.5) == pytest.approx(float(agreement), rel=1e-6)


def test_two_squares_a_step_apart_worked_out_by_hand():
    pred, truth = np.zeros((6, 6), bool), np.zeros((6, 6), bool)
    pred[1:3, 1:3], truth[1:3, 2:4] = True, True
    found = surface_distances(pred=pred, truth=truth, spacing=(1, 4))

    assert sorted(found.pred.tolist()) == sorted(found.truth.tolist()) == [0, 0, 4, 4]
    assert surface_dice([found], 3.9) == 0.5 and surface_dice([found], 4) == 1


def test_a_missed_object_is_as_far_as_the_corners_of_the_image():
    truth = blob((30, 40), (10, 10), 3)
    nothing = np.zeros_like(truth)

    for pair in ({"pred": nothing, "truth": truth}, {"pred": truth, "truth": nothing}):
        found = surface_distances(**pair, spacing=(2, 2))
        assert hd95([found]) == pytest.approx(100)
        assert surface_dice([found], 99) == 0


def test_two_empty_masks_agree():
    nothing = np.zeros((4, 5, 6), bool)
    found = surface_distances(pred=nothing, truth=nothing)

    assert (hd95([found]), surface_dice([found], 0), hd95([]), surface_dice([], 1)) == (0, 1, 0, 1)


def test_shapes_and_spacings_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"one shape, got \(2, 2\) and \(2, 3\)"):
        surface_distances(pred=np.zeros((2, 2), bool), truth=np.zeros((2, 3), bool))
    with pytest.raises(ValueError, match="spacing must have 2 numbers, one an axis, got 3"):
        surface_distances(pred=np.zeros((2, 2), bool), truth=np.zeros((2, 2), bool), spacing=(1, 1, 1))
