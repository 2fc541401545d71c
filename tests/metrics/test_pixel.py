import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import array_shapes, arrays

from custom.metrics import pixel_error, pixel_f_error

masks = array_shapes(min_dims=1, max_dims=3, max_side=5).flatmap(lambda shape: arrays(bool, (2, *shape)))


@pytest.mark.parametrize("metric", [pixel_error, pixel_f_error])
@pytest.mark.parametrize(
    ("pred", "truth", "message"),
    [
        (np.zeros((2, 3)), np.zeros((3, 2)), "one shape"),
        (np.zeros((0, 3)), np.zeros((0, 3)), "at least one pixel"),
        (np.zeros((2, 3)), np.full((2, 3), 255), r"truth must lie in 0..1, got 255..255"),
        (np.full((2, 3), np.nan), np.zeros((2, 3)), r"pred must lie in 0..1, got nan..nan"),
    ],
)
def test_arrays_that_are_no_masks_are_refused(metric, pred, truth, message):
    with pytest.raises(ValueError, match=message):
        metric(pred=pred, truth=truth)


def test_the_f_score_wants_masks():
    with pytest.raises(ValueError, match="pred must be a mask of 0 and 1"):
        pixel_f_error(pred=np.array([0.3, 1]), truth=np.array([0, 1]))


def test_one_wrong_pixel_in_four():
    pred, truth = np.array([[1, 1], [1, 0]], dtype=np.uint8), np.array([[1, 1], [1, 1]], dtype=np.uint8)
    assert pixel_error(pred=pred, truth=truth) == 1 / 4
    assert pixel_f_error(pred=pred, truth=truth) == pytest.approx(1 / 7)


def test_probabilities_are_squared_differences():
    assert pixel_error(pred=np.array([0.5, 0.9]), truth=np.array([1, 1])) == pytest.approx((0.25 + 0.01) / 2)


def test_two_empty_masks_agree():
    nothing = np.zeros((2, 3), dtype=bool)
    assert pixel_error(pred=nothing, truth=nothing) == pixel_f_error(pred=nothing, truth=nothing) == 0
    assert pixel_f_error(pred=~nothing, truth=nothing) == 1


@settings(max_examples=40)
@given(masks)
def test_both_count_the_pixels_that_differ(pair):
    pred, truth = pair
    wrong = sum(bool(p) != bool(t) for p, t in zip(pred.ravel(), truth.ravel(), strict=True))
    ones = int(pred.sum()) + int(truth.sum())
    assert pixel_error(pred=pred, truth=truth) == pytest.approx(wrong / pred.size)
    assert pixel_f_error(pred=pred, truth=truth) == pytest.approx(wrong / ones if ones else 0)


@settings(max_examples=20)
@given(masks)
def test_both_are_symmetric_and_0_on_identity(pair):
    pred, truth = pair
    for metric in (pixel_error, pixel_f_error):
        assert metric(pred=pred, truth=truth) == metric(pred=truth, truth=pred)
        assert metric(pred=truth, truth=truth) == 0
