"""Elastic deformation on the 3×3 grid, MONAI's beside ours."""

import numpy as np
import pytest

from custom.figures.elastic import deformed, displacement_of, draw_elastic

IMAGE = np.random.default_rng(0).integers(0, 256, (96, 128)).astype(np.uint8)


def test_at_magnitude_0_ours_stays_and_monais_moves():
    assert np.abs(displacement_of("ours", IMAGE.shape, 0, seed=0)).max() < 1e-4
    assert np.abs(displacement_of("MONAI's Rand2DElastic", IMAGE.shape, 0, seed=0)).max() > 2
    np.testing.assert_allclose(deformed("ours", IMAGE, 0, seed=0), IMAGE, atol=0.01)


def test_the_image_is_deformed_by_the_field_that_is_drawn():
    ramp = np.broadcast_to(np.arange(128.0), (96, 128))
    moved = deformed("ours", ramp, 3, seed=1)
    field = displacement_of("ours", ramp.shape, 3, seed=1)
    inner = np.s_[30:-30, 30:-30]
    np.testing.assert_allclose(moved[inner], (ramp + field[1])[inner], atol=1e-3)
    assert np.ptp(field[1][inner]) > 1


def test_the_figure_has_a_column_for_each_kind_and_magnitude():
    figure = draw_elastic(IMAGE, magnitudes=(0, 5), seed=2)
    above, below = figure.axes[:4], figure.axes[4:8]
    assert [axes.get_title() for axes in above] == [
        "MONAI's Rand2DElastic, magnitude 0 px",
        "ours, magnitude 0 px",
        "MONAI's Rand2DElastic, magnitude 5 px",
        "ours, magnitude 5 px",
    ]
    assert below[1].get_title() == "mean 0.0 px, largest 0.0 px"
    length = np.hypot(*displacement_of("ours", IMAGE.shape, 5, seed=2))
    np.testing.assert_allclose(below[3].images[0].get_array(), length)
    assert below[3].get_title() == f"mean {length.mean():.1f} px, largest {length.max():.1f} px"
    assert len({axes.images[0].get_clim() for axes in below}) == 1


def test_arrows_point_to_where_the_content_goes():
    figure = draw_elastic(IMAGE, magnitudes=(10,), seed=3)
    arrows = figure.axes[3].collections[0]
    field = displacement_of("ours", IMAGE.shape, 10, seed=3)
    column, row = (int(position) for position in arrows.get_offsets()[0])
    assert (arrows.U[0], arrows.V[0]) == pytest.approx((-field[1, row, column], -field[0, row, column]))


def test_lines_are_drawn_where_the_content_comes_from_a_multiple_of_their_distance():
    axes = draw_elastic(IMAGE, magnitudes=(0,)).axes[1]
    rows, columns = axes.collections
    assert rows.levels == pytest.approx(np.linspace(0, 95, 11)[1:-1])
    assert columns.levels == pytest.approx(np.linspace(0, 127, 11)[1:-1])
    first = rows.get_paths()[0].vertices
    assert first[:, 1] == pytest.approx(np.full(len(first), 9.5), abs=1e-3)
