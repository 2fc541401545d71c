"""Results as files: formats, geometry, and nothing half-written; those of volumes also in test_nifti.py and test_itk.py."""

import nibabel
import numpy as np
import pytest
import tifffile
from counted_volumes import save_volume
from PIL import Image

from custom.files import read_header
from custom.files.results import (
    mask_suffix,
    probability_suffix,
    write_instances,
    write_mask,
    write_picture,
    write_probabilities,
)

# As the reader gives a slice of 2 rows and 3 columns: (W, H).
LABELS = np.array([[0, 1, 1], [0, 0, 2]]).T


def read(path):
    with Image.open(path) as image:
        return np.asarray(image)


def test_a_prediction_of_another_shape_is_refused_and_leaves_nothing(tmp_path):
    image = save_volume(tmp_path / "v.nii", (2, 3, 4))
    with pytest.raises(ValueError, match=r"shape \(3, 2, 4\), the image \(2, 3, 4\)"):
        write_mask(np.zeros((3, 2, 4)), tmp_path / "out" / "v_mask.nii", image)
    assert not list(tmp_path.glob("out/*"))


@pytest.mark.parametrize(
    ("image", "suffix"),
    [("a.ome.tif", ".tif"), ("a.webp", ".png"), ("a.tiff", ".tiff"), ("a.nhdr", ".nrrd"), ("A.MHA", ".mha")],
)
def test_a_mask_has_the_images_format_or_one_that_keeps_labels(image, suffix):
    assert mask_suffix(image) == suffix


def test_a_failed_write_leaves_no_file(tmp_path):
    with pytest.raises(ValueError, match="is of no known format"):
        write_mask(LABELS, tmp_path / "a_mask.unknown", "a.png")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("image", "suffix"),
    [
        ("a.tif", ".tif"),
        ("a.TIFF", ".TIFF"),
        ("a.tif[3]", ".tif"),
        ("a.jpeg", ".png"),
        ("a.jfif", ".png"),
        ("a.nii.gz", ".nii.gz"),
        ("a.nhdr", ".nrrd"),
    ],
)
def test_a_mask_has_its_images_format_but_is_never_jpeg(image, suffix):
    assert mask_suffix(image) == suffix


@pytest.mark.parametrize("suffix", [".tif", ".png"])
def test_a_mask_of_a_slice_is_0_and_255_with_rows_first(tmp_path, suffix):
    write_mask(LABELS > 0, tmp_path / f"a_mask{suffix}", "a.tif")
    mask = read(tmp_path / f"a_mask{suffix}")
    assert mask.dtype == np.uint8
    assert mask.tolist() == [[0, 255, 255], [0, 0, 255]]


def test_labels_of_a_slice_keep_their_numbers(tmp_path):
    write_mask(LABELS, tmp_path / "a_mask.png", "a.jpg", num_classes=3)
    assert read(tmp_path / "a_mask.png").tolist() == [[0, 1, 1], [0, 0, 2]]


def test_probabilities_of_a_slice_are_a_page_for_each_class(tmp_path):
    probabilities = np.random.default_rng(0).random((3, 4, 2))
    write_probabilities(probabilities, tmp_path / "p.tif", "a.tif")
    with Image.open(tmp_path / "p.tif") as stack:
        assert (stack.mode, stack.n_frames, stack.size) == ("F", 3, (4, 2))
        for page, wanted in enumerate(probabilities.astype(np.float32)):
            stack.seek(page)
            assert np.array_equal(np.asarray(stack), wanted.T)


@pytest.mark.parametrize("kind", [nibabel.Nifti1Image, nibabel.Nifti2Image])
def test_a_mask_of_a_4d_volume_is_3d_with_the_same_affine_codes_and_units(tmp_path, kind):
    affine = np.array([[-2.0, 0.1, 0, 5], [0.1, -3, 0, 7], [0, 0, 4, -1], [0, 0, 0, 1]])
    source = kind(np.zeros((2, 3, 4, 3), np.float32), affine)
    source.header.set_xyzt_units("mm")
    source.set_sform(affine, code="scanner")
    nibabel.save(source, tmp_path / "v.nii.gz")
    labels = np.random.default_rng(0).integers(0, 2, (2, 3, 4))
    write_mask(labels, tmp_path / "v_mask.nii.gz", str(tmp_path / "v.nii.gz"))
    mask, image = nibabel.load(tmp_path / "v_mask.nii.gz"), nibabel.load(tmp_path / "v.nii.gz")
    assert type(mask) is kind
    assert mask.get_data_dtype() == np.uint8
    assert np.array_equal(np.asanyarray(mask.dataobj), labels)
    assert np.array_equal(mask.affine, image.affine)
    assert mask.header.get_zooms() == image.header.get_zooms()[:3]
    assert mask.header.get_xyzt_units() == ("mm", "unknown")
    assert mask.header["sform_code"] == image.header["sform_code"] == 1


@pytest.mark.parametrize(("classes", "shape"), [(1, (2, 3, 4)), (2, (2, 3, 4, 2))])
def test_probabilities_of_a_volume_have_classes_last(tmp_path, classes, shape):
    image = save_volume(tmp_path / "v.nii", (2, 3, 4))
    probabilities = np.random.default_rng(0).random((classes, 2, 3, 4)).astype(np.float32)
    write_probabilities(probabilities, tmp_path / "p.nii.gz", image)
    written = nibabel.load(tmp_path / "p.nii.gz")
    assert written.shape == shape
    assert written.get_data_dtype() == np.float32
    assert np.array_equal(
        np.asanyarray(written.dataobj), probabilities[0] if classes == 1 else np.moveaxis(probabilities, 0, -1)
    )
    assert written.header["cal_max"] == 0


@pytest.mark.parametrize(
    ("image", "suffix"), [("a.png", ".tif"), ("a.nii", ".nii.gz"), ("a.NII.gz", ".NII.gz"), ("a.mhd", ".mha")]
)
def test_probabilities_are_compressed_floats_which_png_cannot_hold(image, suffix):
    assert probability_suffix(image) == suffix


@pytest.mark.parametrize("suffix", [".tif", ".png"])
def test_instances_of_a_slice_keep_16_bits(tmp_path, suffix):
    write_instances(LABELS * 30000, tmp_path / f"a{suffix}", "a.tif")
    assert read(tmp_path / f"a{suffix}").astype(int).tolist() == [[0, 30000, 30000], [0, 0, 60000]]
    if suffix == ".tif":
        assert tifffile.imread(tmp_path / "a.tif").dtype == np.uint16
    with pytest.raises(ValueError, match="has 80000 objects, more than 16 bits can number"):
        write_instances(LABELS * 40000, tmp_path / f"b{suffix}", "a.tif")
    assert not (tmp_path / f"b{suffix}").exists()


def test_a_picture_is_written_as_it_is(tmp_path):
    rng = np.random.default_rng(0)
    picture, colours = rng.integers(0, 256, (5, 7), np.uint8), rng.integers(0, 256, (256, 3), np.uint8)
    write_picture(picture, colours, tmp_path / "new" / "a.png")
    with Image.open(tmp_path / "new" / "a.png") as written:
        assert np.array_equal(np.asarray(written.convert("RGB")), colours[picture])


def test_results_of_slices_lie_on_their_images_pixels_whatever_the_orientation(tmp_path):
    Image.fromarray(np.zeros((3, 2), np.uint8)).save(tmp_path / "a.tif", tiffinfo={274: 6})
    write_mask(LABELS, tmp_path / "a_mask.tif", str(tmp_path / "a.tif"))
    assert read_header(tmp_path / "a_mask.tif").size == read_header(tmp_path / "a.tif").size == (2, 3)
