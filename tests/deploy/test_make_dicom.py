"""A patient's slices as a DICOM series: the voxels and their places survive."""

import numpy as np
import pytest
from make_dicom import make_series, read_flair, series_affine
from PIL import Image

from custom.files.dicom import read_series


def test_a_folder_without_images_is_one_line(tmp_path):
    with pytest.raises(ValueError, match=r"^dataset_dir: [^\n]* holds no images[^\n]*$"):
        read_flair(tmp_path)


def test_grey_slices_are_refused(tmp_path):
    Image.new("L", (4, 3)).save(tmp_path / "grey.tif")
    with pytest.raises(ValueError, match="grey.tif: has 1 channels, the set's images have 3"):
        read_flair(tmp_path)


def test_flair_is_the_second_channel_in_numeric_order(tmp_path):
    folder = tmp_path / "TCGA_A"
    folder.mkdir()
    for number in (2, 10, 1):
        Image.fromarray(np.full((3, 4, 3), (0, number, 9), np.uint8)).save(folder / f"TCGA_A_{number}.tif")
        Image.new("L", (4, 3)).save(folder / f"TCGA_A_{number}_mask.tif")
    patient_id, voxels = read_flair(folder)
    assert (patient_id, voxels.shape) == ("TCGA_A", (3, 3, 4))
    assert voxels[:, 0, 0].tolist() == [1, 2, 10]


def test_the_series_has_the_patients_voxels_at_the_places_that_the_affine_says(tmp_path, tiny_lgg):
    patient_id, voxels = read_flair(min(path for path in tiny_lgg.iterdir() if path.is_dir()))
    series = read_series(make_series(tmp_path / "series", patient_id, voxels))
    assert np.array_equal(series.voxels, voxels.T)
    assert np.allclose(series.affine, series_affine(), atol=1e-5)
    assert {image.PatientID for image in series.images} == {patient_id}
    assert series.images[0].SeriesDescription == "AX FLAIR"


def test_the_made_up_geometry_has_no_symmetry_that_hides_a_mistake():
    affine = series_affine()
    assert len(set(np.round(np.linalg.norm(affine[:3, :3], axis=0), 6))) == 3
    assert np.count_nonzero(np.abs(affine[:3, :3]) > 0.1) == 5
