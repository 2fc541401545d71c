import time
from collections import deque
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import ndimage

from custom.metrics import Mistakes, pixel_error, split_merge_error, warp, warping_error, warping_mistakes
from custom.metrics.warping import RING, YOKOI

pairs_of_masks = array_shapes(min_dims=2, max_dims=2, max_side=9).flatmap(lambda shape: arrays(bool, (2, *shape)))
small_pairs_of_masks = arrays(bool, (2, 3, 4))


def topology(mask):
    """Numbers of objects (4-connected) and of backgrounds (8-connected), with background around the image."""
    return ndimage.label(mask)[1], ndimage.label(~np.pad(mask, 1), structure=np.ones((3, 3)))[1]


@cache
def is_simple(values):
    """Whether objects at and backgrounds around the centre of a 3×3 patch, given as bytes, are one each: by labelling them."""
    patch = np.frombuffer(values, dtype=bool).reshape(3, 3)
    ring = patch.copy()
    ring[1, 1] = False
    objects, _ = ndimage.label(ring)
    touching = {objects[0, 1], objects[1, 0], objects[1, 2], objects[2, 1]} - {0}
    hollow = ~patch
    hollow[1, 1] = False
    return len(touching) == 1 and ndimage.label(hollow, structure=np.ones((3, 3)))[1] == 1


def flips(mask):
    """All masks that differ from this one in one simple point."""
    padded = np.pad(mask, 1)
    for row, column in np.ndindex(mask.shape):
        if is_simple(padded[row : row + 3, column : column + 3].tobytes()):
            flipped = mask.copy()
            flipped[row, column] ^= True
            yield flipped


def least_difference(pred, truth):
    """The true minimum over all masks that can be reached from the truth, by trying all of them."""
    reached, queue = {truth.tobytes()}, deque([truth])
    least = np.count_nonzero(truth != pred)
    while queue:
        mask = queue.popleft()
        least = min(least, np.count_nonzero(mask != pred))
        for flipped in flips(mask):
            if flipped.tobytes() not in reached:
                reached.add(flipped.tobytes())
                queue.append(flipped)
    return least


def test_stacks_and_shapes_that_differ_are_refused():
    mask = np.zeros((3, 4), dtype=bool)
    with pytest.raises(
        ValueError, match=r"truth must be 2D with at least one pixel, got shape \(1, 3, 4\); warp a stack slice by slice"
    ):
        warp(pred=mask[None], truth=mask[None])
    with pytest.raises(ValueError, match=r"pred must have the shape \(3, 4\) of truth, got shape \(4, 3\)"):
        warp(pred=mask.T, truth=mask)
    with pytest.raises(ValueError, match=r"truth must be 2D with at least one pixel, got shape \(0, 4\)"):
        warp(pred=mask[:0], truth=mask[:0])
    with pytest.raises(ValueError, match=r"mask must have the shape"):
        warp(pred=mask, truth=mask, mask=mask.T)


def test_simple_points_are_those_that_labelling_finds():
    for code in range(256):
        patch = np.ones((3, 3), dtype=bool)
        for k, (dy, dx) in enumerate(RING):
            patch[1 + dy, 1 + dx] = code >> k & 1
        assert (YOKOI[code] == 1) == is_simple(patch.tobytes()), patch


def test_a_shifted_outline_is_no_mistake():
    truth = np.zeros((12, 14), dtype=bool)
    truth[3:8, 3:9] = True
    assert warping_error(pred=np.roll(truth, (2, 3), axis=(0, 1)), truth=truth) == 0
    assert pixel_error(pred=np.roll(truth, (2, 3), axis=(0, 1)), truth=truth) > 0.1


def test_a_merger_leaves_the_membrane_one_pixel_wide():
    truth = np.ones((5, 8), dtype=bool)
    truth[:, 3:6] = False
    pred = np.ones_like(truth)
    warped = warp(pred=pred, truth=truth)
    assert (~warped).sum(axis=1).tolist() == [1] * 5
    assert warping_mistakes(pred=pred, truth=truth) == (5, 0, 0, 0, 0, 0)
    assert warping_error(pred=pred, truth=truth) == split_merge_error(pred=pred, truth=truth) == 5 / 40


def test_a_split_leaves_a_bridge_one_pixel_wide():
    truth = np.ones((5, 8), dtype=bool)
    pred = truth.copy()
    pred[:, 3:6] = False
    assert warp(pred=pred, truth=truth)[:, 3:6].sum(axis=0).tolist() == [1] * 3
    assert warping_mistakes(pred=pred, truth=truth) == (0, 3, 0, 0, 0, 0)


def test_a_missed_an_invented_and_a_hollow_object():
    nothing = np.zeros((5, 6), dtype=bool)
    square = nothing.copy()
    square[1:4, 1:5] = True
    hollow = square.copy()
    hollow[2, 2:4] = False
    assert warping_mistakes(pred=nothing, truth=square) == (0, 0, 0, 1, 0, 0)
    assert warping_mistakes(pred=square, truth=nothing).objects_added == square.sum()
    assert warping_mistakes(pred=hollow, truth=square).holes_added == 2
    assert warping_mistakes(pred=square, truth=hollow) == (0, 0, 0, 0, 0, 1)
    assert split_merge_error(pred=square, truth=hollow) == 0


def test_the_mask_limits_the_warping():
    truth = np.zeros((5, 9), dtype=bool)
    truth[1:4, 1:3] = True
    pred = truth.copy()
    pred[1:4, 3:8] = True
    within_two = ndimage.distance_transform_edt(~truth) <= 2
    assert warping_error(pred=pred, truth=truth) == 0
    assert warping_error(pred=pred, truth=truth, mask=within_two) == 3 * 3 / 45
    assert warping_error(pred=pred, truth=truth, mask=np.zeros_like(truth)) == pixel_error(pred=pred, truth=truth)


def test_empty_masks_agree():
    nothing = np.zeros((3, 4), dtype=bool)
    assert warping_error(pred=nothing, truth=nothing) == split_merge_error(pred=nothing, truth=nothing) == 0


@settings(max_examples=80)
@given(pairs_of_masks)
def test_warping_keeps_the_topology_and_never_exceeds_the_pixel_error(pair):
    pred, truth = pair
    warped = warp(pred=pred, truth=truth)
    assert topology(warped) == topology(truth)
    assert warping_error(pred=pred, truth=truth) <= pixel_error(pred=pred, truth=truth)
    assert warping_error(pred=truth, truth=truth) == 0
    assert np.all((warped == pred) | (warped == truth))


@settings(max_examples=40)
@given(pairs_of_masks)
def test_no_point_is_left_that_could_still_be_flipped(pair):
    pred, truth = pair
    warped = warp(pred=pred, truth=truth)
    wrong = np.count_nonzero(warped != pred)
    assert all(np.count_nonzero(flipped != pred) > wrong for flipped in flips(warped))


@pytest.mark.parametrize("seed", range(20))
def test_mistakes_do_what_their_names_say(seed):
    pred, truth = np.random.default_rng(seed).random((2, 16, 17)) < 0.6
    warped = warp(pred=pred, truth=truth)
    objects, backgrounds = topology(warped)
    expected = Mistakes(0, 0, 0, 0, 0, 0)._asdict()
    for row, column in np.argwhere(warped != pred):
        flipped = warped.copy()
        flipped[row, column] ^= True
        more_objects, more_holes = topology(flipped)[0] - objects, topology(flipped)[1] - backgrounds
        if more_objects > 0:
            expected["objects_added" if flipped[row, column] else "splits"] += 1
        elif more_objects < 0:
            expected["mergers" if flipped[row, column] else "objects_deleted"] += 1
        else:
            expected["holes_added" if more_holes > 0 else "holes_deleted"] += 1
    assert warping_mistakes(pred=pred, truth=truth)._asdict() == expected
    assert sum(expected.values()) == np.count_nonzero(warped != pred)


@settings(max_examples=25)
@given(small_pairs_of_masks)
def test_the_greedy_search_is_never_below_the_true_minimum(pair):
    pred, truth = pair
    assert warping_error(pred=pred, truth=truth) * truth.size >= least_difference(pred, truth) - 1e-9


def test_the_greedy_search_mostly_finds_the_true_minimum():
    rng = np.random.default_rng(0)
    truths = rng.random((40, 3, 4)) < 0.7
    pairs = [(truth ^ (rng.random(truth.shape) < 0.15), truth) for truth in truths]
    optimal = [round(warping_error(pred=p, truth=t) * t.size) == least_difference(p, t) for p, t in pairs]
    assert np.mean(optimal) >= 0.8


def test_an_image_of_512_pixels_is_warped_within_seconds():
    pred, truth = ndimage.gaussian_filter(np.random.default_rng(0).normal(size=(2, 512, 512)), (0, 4, 4)) > 0
    start = time.perf_counter()
    error = warping_error(pred=pred, truth=truth)
    assert time.perf_counter() - start < 3
    assert 0 < error < pixel_error(pred=pred, truth=truth) / 2


@pytest.mark.parametrize("value", [0.4, np.nan])
def test_probabilities_are_refused(value):
    mask, probabilities = np.zeros((2, 3)), np.full((2, 3), value)
    with pytest.raises(ValueError, match=f"pred must be a mask of whole numbers, got {value}; threshold it first"):
        warping_error(pred=probabilities, truth=mask)
    with pytest.raises(ValueError, match="truth must be a mask"):
        warping_error(pred=mask, truth=probabilities)
