"""Tiny data that several tests share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from PIL import Image

# The same examples in every run: a red test is a change of the code.
settings.register_profile("fixed", derandomize=True)
settings.load_profile("fixed")


def write_patient(folder: Path, patient_id: str, num_slices: int, size_px: tuple[int, int], seed: int) -> None:
    """Slices of noise, every second one with a bright square that its mask marks."""
    rng = np.random.default_rng(seed)
    (folder / patient_id).mkdir(parents=True)
    for slice_index in range(1, num_slices + 1):
        image = rng.integers(20, 80, (*size_px, 3), dtype=np.uint8)
        mask = np.zeros(size_px, np.uint8)
        if slice_index % 2:
            top, left = rng.integers(4, size_px[0] - 20), rng.integers(4, size_px[1] - 20)
            mask[top : top + 12, left : left + 10] = 255
            image[mask > 0] += 120
        stem = folder / patient_id / f"{patient_id}_{slice_index}"
        Image.fromarray(image).save(f"{stem}.tif")
        Image.fromarray(mask).save(f"{stem}_mask.tif")


@pytest.fixture(scope="session")
def tiny_lgg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four patients with three slices of 48×40 each, in Kaggle's layout."""
    folder = tmp_path_factory.mktemp("lgg") / "kaggle_3m"
    for number in range(4):
        write_patient(folder, f"TCGA_XX_{number:04}_20000101", num_slices=3, size_px=(48, 40), seed=number)
    return folder


@pytest.fixture
def add_patient() -> Callable[[Path], None]:
    """A function that adds the patient TCGA_NEW to a folder in Kaggle's layout."""
    return lambda folder: write_patient(folder, "TCGA_NEW", num_slices=3, size_px=(48, 40), seed=9)


@pytest.fixture
def bundle_root(tmp_path: Path) -> Path:
    """An empty folder to stand for the bundle's root, so that runs and predictions stay out of the tree."""
    return tmp_path / "bundle"


@pytest.fixture
def write_series(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes voxels (slices, rows, columns) as an MR series under shuffled names, into `tmp_path / "series"`.

    `cosines` are those of rows and columns, `origin` is in LPS millimetres, `spacing_mm` between slices, rows and columns;
    further keywords replace attributes in each file.
    """
    return lambda *args, **kwargs: write_dicom(tmp_path / "series", *args, **kwargs)


def write_dicom(
    folder: Path,
    voxels: np.ndarray,
    cosines: tuple[float, ...] = (1, 0, 0, 0, 1, 0),
    origin: tuple[float, ...] = (-10.0, 20.0, 30.0),
    spacing_mm: tuple[float, float, float] = (4.0, 0.75, 1.25),
    **attributes: Any,
) -> Path:
    from pydicom import Dataset
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

    folder.mkdir(exist_ok=True)
    study, series, frame_of_reference = (generate_uid() for _ in range(3))
    normal = np.cross(cosines[:3], cosines[3:])
    names = np.random.default_rng(0).permutation(len(voxels))
    for index, (pixels, name) in enumerate(zip(voxels, names, strict=True)):
        image = Dataset()
        image.SOPClassUID, image.SOPInstanceUID = MRImageStorage, generate_uid()
        image.StudyInstanceUID, image.SeriesInstanceUID, image.FrameOfReferenceUID = study, series, frame_of_reference
        image.PatientName, image.PatientID, image.PatientBirthDate, image.PatientSex = "Doe^Jo", "42", "19700101", "O"
        image.StudyDate, image.StudyTime, image.StudyID, image.AccessionNumber = "20260101", "120000", "1", "7"
        image.ReferringPhysicianName, image.Manufacturer, image.PositionReferenceIndicator = "", "none", ""
        image.Modality, image.SeriesNumber, image.InstanceNumber = "MR", 3, index + 1
        image.SeriesDescription = "AX FLAIR"
        image.ImageOrientationPatient = [f"{value:.10g}"[:16] for value in cosines]
        position = np.array(origin) + index * spacing_mm[0] * normal
        image.ImagePositionPatient = [f"{value:.10g}"[:16] for value in position]
        image.PixelSpacing, image.SliceThickness = list(spacing_mm[1:]), spacing_mm[0]
        image.Rows, image.Columns = pixels.shape
        image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
        image.BitsAllocated = image.BitsStored = 16
        image.HighBit, image.PixelRepresentation = 15, 0
        image.PixelData = pixels.astype("<u2").tobytes()
        for keyword, value in attributes.items():
            setattr(image, keyword, value)
        image.file_meta = FileMetaDataset()
        image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        image.save_as(folder / f"IM{name:04}.dcm", enforce_file_format=True)
    return folder
