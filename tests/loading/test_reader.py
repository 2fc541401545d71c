"""MONAI's interface to the formats: what training sees is what the check sees, in values and in place."""

from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
import tifffile
import torch
from monai.bundle import ConfigParser
from monai.transforms import LoadImage, LoadImaged
from PIL import Image

from custom.files import read_label, read_pixels
from custom.loading import FileReader

BUNDLE = Path(__file__).parents[2] / "bundle"
RNG = np.random.default_rng(0)
OBLIQUE = nibabel.affines.from_matvec(nibabel.eulerangles.euler2mat(0.2, -0.3, 0.4) @ np.diag([-0.7, 1.2, 3]), [-40, 12, 90])


def noise(shape: tuple[int, ...], dtype: Any = np.uint8) -> Any:
    return RNG.integers(0, 200, shape).astype(dtype)


def write_volume(path: Path, values: Any, affine: Any = OBLIQUE) -> Path:
    nibabel.save(nibabel.Nifti1Image(values, affine), path)
    return path


def write_nrrd(path: Path, values: Any) -> Path:
    """On the grid of `OBLIQUE`, which counts to the right and the front where ITK counts to the left and the back."""
    image = sitk.GetImageFromArray(np.ascontiguousarray(values.T))
    lps = np.diag([-1.0, -1, 1, 1]) @ OBLIQUE
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    image.SetSpacing(spacing)
    image.SetOrigin(lps[:3, 3])
    image.SetDirection((lps[:3, :3] / spacing).ravel())
    sitk.WriteImage(image, str(path))
    return path


@pytest.mark.parametrize("name", ["a.tif", "a.png", "a.jpg"])
@pytest.mark.parametrize("shape", [(24, 40), (24, 40, 3)])
def test_pictures_come_as_channels_columns_rows_with_the_values_of_the_check(name, shape, tmp_path):
    path = tmp_path / name
    Image.fromarray(noise(shape)).save(path)
    loaded = LoadImage(reader=FileReader(), ensure_channel_first=True)(path)
    assert loaded.dtype == torch.float32
    assert np.array_equal(np.asarray(loaded), np.atleast_3d(read_pixels(path)).T)
    assert loaded.meta["filename_or_obj"] == str(path)


@pytest.mark.parametrize("shape", [(4, 5, 6), (4, 5, 6, 2), (4, 5, 1), (4, 5, 3)])
def test_volumes_come_with_their_affine_and_channels_first(shape, tmp_path):
    values = noise(shape, np.int16)
    loaded = LoadImage(reader=FileReader(), ensure_channel_first=True)(write_volume(tmp_path / "a.nii.gz", values))
    assert np.array_equal(np.asarray(loaded), np.moveaxis(values, -1, 0) if len(shape) == 4 else values[None])
    assert np.allclose(loaded.affine, OBLIQUE, atol=1e-4)
    assert loaded.meta["space"] == "RAS"


def test_a_page_is_loaded_by_its_number(tmp_path):
    pages = noise((3, 24, 40), np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", pages, photometric="minisblack")
    assert np.array_equal(np.asarray(LoadImage(reader=FileReader())(f"{tmp_path / 'a.tif'}[2]")), pages[2].T)


@pytest.mark.parametrize(
    ("shape", "options", "message"),
    [
        ((24, 40), {"channels": 3}, "a.tif: wrong channel count 1, expected 3"),
        ((24, 40, 4), {"channels": 4}, "a.tif: wrong channel count 3 beside alpha, which is dropped, expected 4"),
        ((24, 40, 3), {"channels": 1, "intensities": False}, "a.tif: its 3 channels differ, a mask has 1: save it as grey"),
    ],
)
def test_an_error_is_one_line_that_names_the_file(shape, options, message, tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", noise(shape))
    with pytest.raises(ValueError, match=f"^{message}$"):
        LoadImaged("image", reader=FileReader(**options))({"image": tmp_path / "a.tif"})


def test_a_palette_is_refused_for_images_and_classes_for_labels(tmp_path):
    picture = Image.fromarray(RNG.integers(0, 2, (24, 40)).astype(np.uint8))
    picture.putpalette([0, 0, 0, 255, 0, 0])
    picture.save(tmp_path / "a.png")
    with pytest.raises(ValueError, match=r"a\.png: holds colours of a palette"):
        FileReader().get_data(str(tmp_path / "a.png"))
    assert set(np.unique(FileReader(1, intensities=False).get_data(str(tmp_path / "a.png"))[0])) == {0, 1}


def test_several_files_at_once_are_refused():
    with pytest.raises(ValueError, match="one file at a time is read, got 2"):
        FileReader().read(["a.tif", "b.tif"])


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "1"])
def test_a_label_of_equal_channels_is_one_for_training_as_for_the_check(mode, tmp_path):
    mask = np.kron(RNG.integers(0, 2, (3, 5)), np.ones((8, 8))).astype(np.uint8) * 255
    Image.fromarray(mask).convert(mode).save(tmp_path / "a.png")
    loaded = LoadImage(reader=FileReader(1, intensities=False))(tmp_path / "a.png")
    assert np.array_equal(np.asarray(loaded) > 0, mask.T > 0)
    assert np.array_equal(np.asarray(loaded), read_label(tmp_path / "a.png").values.T)


@pytest.mark.parametrize("kind", ["u1", "i2", "u2"])
@pytest.mark.parametrize("classes", [2, 3, 5, 8, 18, 36, 100])
def test_a_label_that_was_scaled_on_saving_holds_whole_numbers(classes, kind, tmp_path):
    header = nibabel.Nifti1Header()
    header.set_data_dtype(kind)
    label = np.arange(float(classes))[:, None, None] * np.ones((1, 4, 5))
    nibabel.save(nibabel.Nifti1Image(label, np.eye(4), header), tmp_path / "a.nii")
    assert np.array_equal(read_label(tmp_path / "a.nii").values, label)
    assert np.array_equal(np.asarray(LoadImage(reader=FileReader(1, intensities=False))(tmp_path / "a.nii")), label)


@pytest.fixture(scope="module")
def preprocess() -> Any:
    """The preprocessing of train.json with label_geometry as given, without normalisation."""

    def parsed(label_geometry: str) -> Any:
        parser = ConfigParser()
        parser.read_config([str(BUNDLE / "configs" / name) for name in ("train.json", "folder.json")])
        parser["input_channels"], parser["label_geometry"] = 1, label_geometry
        return parser.get_parsed_content("preprocessing")

    return parsed


@pytest.mark.parametrize("writers", [(write_volume, write_volume), (write_nrrd, write_volume), (write_volume, write_nrrd)])
def test_image_and_label_stay_together_through_preprocessing_whatever_their_formats(writers, preprocess, tmp_path):
    mask = np.zeros((6, 7, 5), np.uint8)
    mask[1:3, 2:6, 1:4] = 1
    names = [
        "image.nrrd" if writers[0] is write_nrrd else "image.nii",
        "label.nrrd" if writers[1] is write_nrrd else "label.nii",
    ]
    writers[0](tmp_path / names[0], mask.astype(np.float32) * 100)
    writers[1](tmp_path / names[1], mask)
    data = preprocess("file")({"image": str(tmp_path / names[0]), "label": str(tmp_path / names[1])})
    assert np.array_equal(np.asarray(data["image"]) > 0, np.asarray(data["label"]) > 0)
    assert np.asarray(data["label"]).sum() == mask.sum()


def test_a_label_that_lies_elsewhere_is_refused_or_taken_as_it_is_stored(preprocess, tmp_path):
    mask = np.zeros((6, 7, 5), np.uint8)
    mask[1:3, 2:6, 1:4] = 1
    item = {
        "image": str(write_volume(tmp_path / "image.nii", mask.astype(np.float32) * 100)),
        "label": str(write_volume(tmp_path / "label.nii", mask, np.eye(4))),
    }
    data = preprocess("image")(item)
    assert np.array_equal(np.asarray(data["image"]) > 0, np.asarray(data["label"]) > 0)
    with pytest.raises(RuntimeError) as error:
        preprocess("file")(item)
    assert "the affine of the label places it elsewhere than its image" in str(error.value.__cause__)
