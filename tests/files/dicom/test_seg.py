"""A DICOM SEG as other programs read it: every marked voxel where the headers of the series say, within a hundredth of a mm."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from enhanced_mr import to_enhanced
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataelem import RawDataElement
from pydicom.tag import BaseTag
from scipy.spatial import cKDTree

from custom.files.dicom import read_series
from custom.files.dicom.seg import segmentation_of

OBLIQUE = tuple(np.round(np.linalg.qr([[0.9, 0.2, 0.1], [-0.3, 0.8, 0.4], [0.1, -0.3, 0.9]])[0].T[:2].ravel(), 9))
DIRECTIONS = {
    "axial": (1, 0, 0, 0, 1, 0),
    "turned axial": (-1, 0, 0, 0, -1, 0),
    "sagittal": (0, 1, 0, 0, 0, -1),
    "coronal": (1, 0, 0, 0, 0, -1),
    "oblique": OBLIQUE,
}
# Slices that are marked, of how many.
MARKED = {
    "together": ([2, 3, 4], 8),
    "gapped": ([1, 2, 5], 8),
    "one of many": ([3], 6),
    "ends": ([0, 5], 6),
    "single": ([0], 1),
}


def noise(num_slices: int) -> NDArray[np.int64]:
    return np.random.default_rng(1).integers(1, 1000, (num_slices, 12, 10))


def labels_of(slices: list[int], num_slices: int) -> NDArray[np.uint8]:
    """(columns, rows, slices), a block without symmetry."""
    labels = np.zeros((10, 12, num_slices), np.uint8)
    labels[2:6, 3:5, slices] = 1
    labels[2, 6, slices] = 1
    return labels


def change_each(folder: Path, change: Callable[[Any, int], object]) -> Path:
    for path in folder.glob("*.dcm"):
        image = pydicom.dcmread(path)
        change(image, image.InstanceNumber - 1)
        image.save_as(path)
    return folder


def true_points(images: list[Dataset], labels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(N, 3) in LPS millimetres: each marked voxel by the header of its own slice."""
    points = []
    for column, row, index in np.argwhere(labels):
        image: Any = images[index]
        cosines = np.array(image.ImageOrientationPatient, float)
        rows_mm, columns_mm = map(float, image.PixelSpacing)
        points.append(
            np.array(image.ImagePositionPatient, float) + column * columns_mm * cosines[:3] + row * rows_mm * cosines[3:]
        )
    return np.array(points)


def seg_of(folder: Path, slices: list[int], path: Path) -> NDArray[np.float64]:
    """Writes the SEG, and gives the places that it must mark."""
    images = read_series(folder).images
    labels = labels_of(slices, len(images))
    segmentation_of(labels, images, segment="A", version="1.0.0", weights="0" * 16).save_as(path)
    return true_points(images, labels)


def points_by_simple_itk(path: Path) -> NDArray[np.float64]:
    simple_itk = pytest.importorskip("SimpleITK")
    volume = simple_itk.ReadImage(str(path))
    marked = np.argwhere(simple_itk.GetArrayFromImage(volume))[:, ::-1]
    return np.array([volume.TransformIndexToPhysicalPoint([int(place) for place in index]) for index in marked])


def points_by_dcmqi(path: Path) -> NDArray[np.float64]:
    pytest.importorskip("dcmqi")
    program = Path(sys.executable).with_name("segimage2itkimage")
    options = ["--inputDICOM", path, "--outputDirectory", path.parent, "--prefix", "dcmqi", "--outputType", "nrrd"]
    subprocess.run([program, *options], check=True, capture_output=True, timeout=60)
    return points_by_simple_itk(path.with_name("dcmqi-1.nrrd"))


def worst_mm(points: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    """The distance of the marked voxel that lies farthest from where it should."""
    assert points.shape == truth.shape
    distances, found = cKDTree(points).query(truth)
    assert len(set(found)) == len(truth)
    return float(distances.max())


def errors_by_dciodvfy(path: Path) -> list[str]:
    program = shutil.which("dciodvfy")
    if program is None:
        pytest.skip("dciodvfy is not installed (Debian: dicom3tools)")
    done = subprocess.run([program, path], capture_output=True, text=True, timeout=60, check=False)
    return [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")]


READERS = {"SimpleITK": points_by_simple_itk, "dcmqi": points_by_dcmqi}


@pytest.mark.parametrize("marked", MARKED)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_reader_finds_the_marked_voxels_where_the_headers_say(write_series, tmp_path, direction, marked):
    slices, num_slices = MARKED[marked]
    truth = seg_of(write_series(noise(num_slices), DIRECTIONS[direction]), slices, tmp_path / "seg.dcm")
    for reader, points in READERS.items():
        assert worst_mm(points(tmp_path / "seg.dcm"), truth) < 0.01, reader
    assert errors_by_dciodvfy(tmp_path / "seg.dcm") == []


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_reader_finds_them_where_the_places_of_slices_were_rounded(write_series, tmp_path, direction):
    def jitter(image: Any, index: int) -> None:
        shift = np.random.default_rng(index).uniform(-0.004, 0.004, 3)
        image.ImagePositionPatient = [f"{place:.3f}" for place in np.array(image.ImagePositionPatient, float) + shift]
        image.ImageOrientationPatient = [f"{cosine + 1e-6 * (index % 2):.6f}" for cosine in image.ImageOrientationPatient]

    folder = change_each(write_series(noise(9), DIRECTIONS[direction]), jitter)
    truth = seg_of(folder, [1, 2, 5, 7], tmp_path / "seg.dcm")
    for reader, points in READERS.items():
        assert worst_mm(points(tmp_path / "seg.dcm"), truth) < 0.01, reader
    assert errors_by_dciodvfy(tmp_path / "seg.dcm") == []


# A patient's name as each of these sets writes it.
NAMES = {
    ("ISO_IR 100",): "Müller^Jörg",
    ("ISO_IR 192",): "Wang^XiaoDong=王^小东",
    ("GB18030",): "Wang^XiaoDong=王^小东",
    ("GBK",): "Wang^XiaoDong=王^小东",
    ("", "ISO 2022 IR 87"): "Yamada^Tarou=山田^太郎=やまだ^たろう",
    ("ISO 2022 IR 13", "ISO 2022 IR 87"): "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    ("", "ISO 2022 IR 87", "ISO 2022 IR 159"): "Yamada^Tarou=山田^太郎",
    ("", "ISO 2022 IR 149"): "Hong^Gildong=洪^吉洞=홍^길동",
}


@pytest.mark.parametrize("characters", NAMES, ids="+".join)
def test_the_patients_name_is_kept_in_every_character_set(write_series, tmp_path, characters):
    folder = write_series(noise(3), SpecificCharacterSet=list(characters), PatientName=NAMES[characters])
    source = pydicom.dcmread(next(folder.iterdir()))
    assert str(source.PatientName) == NAMES[characters]
    seg_of(folder, [1], tmp_path / "seg.dcm")
    seg = pydicom.dcmread(tmp_path / "seg.dcm")
    assert str(seg.PatientName) == NAMES[characters]
    assert seg.SpecificCharacterSet == source.SpecificCharacterSet
    assert stored_name(tmp_path / "seg.dcm") == stored_name(next(folder.iterdir()))


# As PS3.5 writes them (annexes H, I and K), and what is found though it is not allowed.
STORED_NAMES = {
    "Japan": (["", "ISO 2022 IR 87"], b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B"),
    "Korea": (
        ["", "ISO 2022 IR 149"],
        b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
    ),
    "China": (["", "ISO 2022 IR 58"], b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab"),
    "none declared": (None, b"M\xfcller^J\xf6rg"),
    "none that is known": (["ISO_IR 999"], b"M\xfcller^J\xf6rg"),
}


@pytest.mark.parametrize("characters", STORED_NAMES)
@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
def test_the_bytes_of_the_patients_name_are_kept(write_series, tmp_path, characters):
    declared, name = STORED_NAMES[characters]
    declaration = {"SpecificCharacterSet": declared} if declared else {}
    folder = write_series(noise(3), PatientName="X" * len(name), **declaration)
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(b"X" * len(name), name))
    assert stored_name(next(folder.iterdir())) == name
    seg_of(folder, [1], tmp_path / "seg.dcm")
    assert stored_name(tmp_path / "seg.dcm") == name


def stored_name(path: Path) -> bytes:
    """The bytes, without the space that makes their count even."""
    value: Any = pydicom.dcmread(path).get_item("PatientName").value
    assert isinstance(value, bytes)
    return value.rstrip(b" ")


def measures_of(seg: Dataset) -> tuple[float, float]:
    measures = seg.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    return float(measures.SliceThickness), float(measures.SpacingBetweenSlices)


@pytest.mark.parametrize("thickness", [None, 0, -3, 1.5])
@pytest.mark.parametrize("spacing", [None, 0, -4, 0.5])
@pytest.mark.parametrize("marked", [[2], [1, 3], []])
def test_thickness_and_spacing_are_the_distance_of_the_slices_whatever_the_headers_say(
    write_series, tmp_path, thickness, spacing, marked
):
    folder = write_series(noise(5), SliceThickness=thickness, SpacingBetweenSlices=spacing)
    seg_of(folder, marked, tmp_path / "seg.dcm")
    assert measures_of(pydicom.dcmread(tmp_path / "seg.dcm")) == (4, 4)


@pytest.mark.parametrize(
    ("thickness", "spacing", "expected"), [(3, None, 3), (3, 5, 3), (None, 5, 5), (0, 5, 5), (None, -5, 1), (None, None, 1)]
)
def test_a_slice_alone_is_as_thick_as_its_header_says(write_series, tmp_path, thickness, spacing, expected):
    folder = write_series(noise(1), SliceThickness=thickness, SpacingBetweenSlices=spacing)
    seg_of(folder, [0], tmp_path / "seg.dcm")
    assert measures_of(pydicom.dcmread(tmp_path / "seg.dcm")) == (expected, expected)
    assert np.linalg.norm(read_series(folder).affine[:3, 2]) == pytest.approx(expected)


def test_from_the_first_to_the_last_marked_every_slice_is_kept(write_series, tmp_path):
    seg_of(write_series(noise(9)), [2, 6], tmp_path / "seg.dcm")
    assert pydicom.dcmread(tmp_path / "seg.dcm").NumberOfFrames == 5


def test_without_a_mark_all_slices_are_kept_empty(write_series, tmp_path):
    seg_of(write_series(noise(4)), [], tmp_path / "seg.dcm")
    seg = pydicom.dcmread(tmp_path / "seg.dcm")
    assert seg.NumberOfFrames == 4 and not seg.pixel_array.any()
    assert errors_by_dciodvfy(tmp_path / "seg.dcm") == []


def test_the_headers_that_a_seg_is_made_from_stay_as_they_are(write_series, tmp_path):
    images = read_series(write_series(noise(4), SliceThickness=1.5)).images
    before = [image.to_json() for image in images]
    segmentation_of(labels_of([1], 4), images, segment="A", version="1.0.0", weights="a")
    assert [image.to_json() for image in images] == before


@pytest.mark.parametrize(
    "odd",
    [
        {"StudyDate": "2026-01-01"}, {"StudyTime": "99"}, {"PatientSex": "X"}, {"PatientBirthDate": "1970"},
        {"PatientWeight": "heavy"}, {"SeriesNumber": "2147483647"}, {"PatientName": "Single"},
    ],
    ids=str,
)  # fmt: skip
def test_an_odd_value_that_the_seg_can_do_without_does_not_hinder_it(write_series, tmp_path, odd, capfd):
    (keyword, value), *_ = odd.items()
    folder = write_series(noise(3), **{keyword: None})
    for path in folder.iterdir():
        image = pydicom.dcmread(path)
        tag = pydicom.datadict.tag_for_keyword(keyword)
        raw = value.encode() + b" " * (len(value) % 2)
        image[tag] = RawDataElement(BaseTag(tag), pydicom.datadict.dictionary_VR(tag), len(raw), raw, 0, False, True)
        image.save_as(path)
    seg_of(folder, [1], tmp_path / "seg.dcm")
    assert pydicom.dcmread(tmp_path / "seg.dcm").NumberOfFrames == 1
    assert capfd.readouterr() == ("", "")


def test_images_out_of_their_order_are_refused(write_series):
    images = read_series(write_series(noise(4))).images
    with pytest.raises(ValueError, match="images must be in the order of their slices"):
        segmentation_of(labels_of([1], 4), images[::-1], segment="A", version="1.0.0", weights="a")


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_reader_finds_the_voxels_of_an_enhanced_series(write_series, tmp_path, direction):
    folder = write_series(noise(6), DIRECTIONS[direction])
    to_enhanced(folder)
    truth = seg_of(folder, [1, 4], tmp_path / "seg.dcm")
    for reader, points in READERS.items():
        assert worst_mm(points(tmp_path / "seg.dcm"), truth) < 0.01, reader
    assert errors_by_dciodvfy(tmp_path / "seg.dcm") == []
