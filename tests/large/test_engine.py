"""The engine's arithmetic: blocks, objects across them, what grows into borders."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from custom.large.grid import Grid
from custom.large.merging import joined_parts, tables
from custom.large.objects import measured, packed, parts_in, unpacked
from custom.transforms import connected_instances
from custom.transforms.instances import MOST_STEPS, grown_into


@pytest.fixture(scope="module", autouse=True)
def few_pixels_at_a_time():
    """Even the smallest block is looked at in several pieces, as large ones are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("custom.large.objects.PIXELS", 7)
        patch.setattr("custom.large.merging.PIXELS", 3)
        yield


def numbered(labels, block, min_size_px=0, border_class=0):
    """Instances (T, Z, Y, X) of labels, block by block, borders left out; each block's parts pass as bytes."""
    grid = Grid(labels.shape, block)
    places = {index: (grid[index].t, grid[index].z, grid[index].y, grid[index].x) for index in range(len(grid))}
    parts = {index: parts_in(labels[place], border_class) for index, place in places.items()}
    told = {index: packed(measured(parts[index], grid[index], grid.shape)) for index in places}
    found = np.zeros(labels.shape, np.uint32)
    nodes = joined_parts(grid, lambda index: unpacked(told[index]))
    for index, table in tables(grid, lambda index: unpacked(told[index]), nodes, min_size_px):
        found[places[index]] = table[parts[index]]
    return found


def test_blocks_cover_every_pixel_once_and_follow_each_other():
    grid, counted = Grid((2, 3, 7, 5), (2, 3, 4)), np.zeros((2, 3, 7, 5), int)
    for index in range(len(grid)):
        block = grid[index]
        counted[block.t, block.z, block.y, block.x] += 1
        for axis, name in enumerate("zyx"):
            behind = grid.behind(index, axis)
            if behind is not None:
                assert getattr(grid[behind], name).start == getattr(block, name).stop
    assert (counted == 1).all()


def test_a_ring_around_a_block_is_one_object_and_a_diagonal_touch_at_a_corner_of_four_is_none():
    ring = np.ones((1, 1, 6, 6), np.uint8)
    ring[0, 0, 1:5, 1:5] = 0
    ring[0, 0, 2, 2] = ring[0, 0, 3, 3] = 1
    found = numbered(ring, (1, 3, 3))[0, 0]
    assert found[0, 0] == found[5, 5] == 1
    assert (found[2, 2], found[3, 3]) == (2, 3)


def test_an_object_of_small_parts_in_many_blocks_is_large_enough_as_a_whole():
    line = np.zeros((1, 1, 2, 12), np.uint8)
    line[0, 0, 0] = 1
    line[0, 0, 1, 11] = 1
    assert numbered(line, (1, 1, 2), min_size_px=13).max() == 1
    assert numbered(line, (1, 1, 2), min_size_px=14).max() == 0


volumes = st.tuples(st.integers(1, 2), st.integers(1, 4), st.integers(1, 9), st.integers(1, 9)).flatmap(
    lambda shape: arrays(np.uint8, shape, elements=st.integers(0, 2))
)


@settings(max_examples=30)
@given(volumes, st.tuples(st.integers(1, 3), st.integers(2, 5), st.integers(2, 5)), st.integers(0, 4), st.sampled_from([0, 2]))
def test_numbers_across_blocks_are_those_of_the_whole(labels, block, min_size_px, border_class):
    found = numbered(labels, block, min_size_px, border_class)
    for t, image in enumerate(labels):
        mask = np.where(image == border_class, 0, image) if border_class else image
        assert np.array_equal(found[t], connected_instances(mask, min_size_px=min_size_px))


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(0, 30), st.integers(0, 30))
def test_a_part_with_enough_around_it_grows_as_in_the_whole(seed, top, left):
    rng = np.random.default_rng(seed)
    border = rng.random((30 + 2 * MOST_STEPS, 30 + 2 * MOST_STEPS)) < 0.7
    objects = np.where(~border & (rng.random(border.shape) < 0.02), rng.integers(1, 9, border.shape), 0).astype(np.int32)
    structure = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], bool)
    whole = grown_into(border, objects, structure)
    part = (slice(top, top + 2 * MOST_STEPS + 1), slice(left, left + 2 * MOST_STEPS + 1))
    assert (
        grown_into(border[part], objects[part], structure)[MOST_STEPS, MOST_STEPS] == whole[top + MOST_STEPS, left + MOST_STEPS]
    )


def test_a_border_beyond_the_reach_of_objects_is_background():
    line = np.ones((1, MOST_STEPS + 2), bool)
    line[0, 0] = False
    grown = grown_into(line, np.where(line, 0, 7).astype(np.int32), np.ones((3, 3), bool))
    assert grown[0, MOST_STEPS] == 7
    assert grown[0, MOST_STEPS + 1] == 0
