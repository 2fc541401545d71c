"""Marked points on voxels: what is refused, and a volume that a reader checks by eye."""

import numpy as np
import pytest
from make_dicom import make_series, series_affine
from read_seg import labels_at, picture_of

from custom.files.dicom import read_series
from custom.files.dicom.seg import segmentation_of

# Voxels of 2 × 3 × 4 mm, the first at (10, 20, 30).
AFFINE = np.array([[2.0, 0, 0, 10], [0, 3, 0, 20], [0, 0, 4, 30], [0, 0, 0, 1]])


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([[10.0, 20, 31]], "0.25 voxels off the centres"),
        ([[8.0, 20, 30]], "outside the volume of .2, 2, 1. voxels"),
        ([[10.0, 20, 34]], "outside"),
        ([[10.0, 20, 30], [10, 20, 30]], "on one voxel"),
    ],
)
def test_points_that_are_no_voxels_are_refused(points, message):
    with pytest.raises(ValueError, match=message):
        labels_at(np.array(points), AFFINE, (2, 2, 1))


def test_each_point_marks_its_voxel():
    labels = labels_at(np.array([[12.0, 20, 30], [12, 23, 30]]), AFFINE, (2, 2, 1))
    assert labels[..., 0].tolist() == [[0, 0], [1, 1]]
    assert labels_at(np.empty((0, 3)), AFFINE, (2, 2, 1)).sum() == 0


def test_the_picture_shows_the_slice_with_most_marked_as_the_series_does(tmp_path):
    voxels = np.random.default_rng(0).integers(1, 200, (3, 12, 20), dtype=np.uint8)
    series = read_series(make_series(tmp_path / "series", "A", voxels))
    labels = np.zeros((20, 12, 3), np.uint8)
    labels[2, 3, 0] = 1
    labels[10:14, 2:4, 1] = 1  # columns 10 to 13 of rows 2 and 3
    segmentation_of(labels, series.images, segment="A", version="1.0.0", weights="a").save_as(tmp_path / "seg.dcm")
    picture = picture_of(tmp_path / "seg.dcm", tmp_path / "series")
    assert picture.shape == (12, 40, 3)
    coloured = (picture != picture[..., :1]).any(-1)
    assert np.argwhere(coloured).tolist() == [[row, 20 + column] for row in (2, 3) for column in range(10, 14)]


def test_the_affine_of_the_reader_is_that_of_the_writer(tmp_path):
    series = read_series(make_series(tmp_path / "series", "A", np.arange(24, dtype=np.uint8).reshape(2, 3, 4)))
    assert np.allclose(series.affine, series_affine(), atol=1e-5)
