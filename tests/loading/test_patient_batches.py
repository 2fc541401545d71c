"""Which images are slices of one patient."""

import numpy as np
import pytest
from PIL import Image

from custom.loading import SeriesBatches


@pytest.fixture
def paths(tmp_path):
    """Writes images of a size, by their paths in the folder, and gives the datalist."""

    def write(*names, size=(4, 6)):
        for name in names:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            Image.fromarray(np.zeros((*size, 3), np.uint8)).save(tmp_path / name)
        return [{"image": str(tmp_path / name)} for name in names]

    return write


def test_the_slices_of_a_patient_are_together_and_patients_apart(paths):
    data = paths("p_1/p_1_1.tif", "p_1/p_1_2.tif", "p_1/p_1_4.tif", "q/q_1.tif", "q/q_2.tif")
    assert list(SeriesBatches(data)) == [[0, 1, 2], [3, 4]]


def test_names_that_do_not_bear_their_folders_tell_nothing(paths):
    assert list(SeriesBatches(paths("scans/a_1.tif", "scans/a_2.tif", "scans/scans.tif"))) == [[0], [1], [2]]


def test_slices_of_another_size_or_format_are_apart(paths):
    data = paths("p/p_1.tif", "p/p_2.tif") + paths("p/p_3.tif", size=(8, 6)) + paths("p/p_4.png")
    assert list(SeriesBatches(data)) == [[0, 1], [2], [3]]


def test_a_file_that_cannot_be_read_is_alone(paths, tmp_path):
    data = paths("p/p_1.tif", "p/p_2.tif", "p/p_3.tif", "p/p_4.tif")
    (tmp_path / "p" / "p_2.tif").write_bytes(b"")
    batches = SeriesBatches(data)
    assert list(batches) == [[0], [1], [2, 3]]
    assert len(batches) == 3


def test_batches_of_a_patient_can_be_switched_off(paths):
    assert list(SeriesBatches(paths("p/p_1.tif", "p/p_2.tif"), together=False)) == [[0], [1]]
