"""A patient in the layout of Kaggle's LGG set as a DICOM FLAIR series: the set itself is TIFF.

    python deploy/make_dicom.py --out SERIES_DIR [--patient PATIENT_DIR]

The TIFF files tell nothing of geometry. Slices 5 mm apart, pixels of 0.94 × 0.90 mm and a tilt of 12° towards coronal are made
up, so that swapped axes and flips cannot hide. Files get shuffled names: readers must go by the headers.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

from custom.data import list_images, phantom_lgg
from custom.storage.atomic import atomic_folder

SIMULATED = "PHANTOM_0002"  # of the simulated set, the patient with much tumour, which weights for real ones see, too
FLAIR = 1  # of the channels pre-contrast T1, FLAIR, post-contrast T1
TILT = np.deg2rad(12)
COSINES = (1.0, 0.0, 0.0, 0.0, float(np.cos(TILT)), float(np.sin(TILT)))
ORIGIN_MM = (-115.0, -112.5, -40.25)
SPACING_MM = (5.0, 0.94, 0.9)


def read_flair(patient_dir: str | Path = "") -> tuple[str, NDArray[np.uint8]]:
    """The name of a patient and its FLAIR (slices, rows, columns); without a folder, of `SIMULATED`.

    Raises:
        SystemExit: in one line, if the folder holds no images.
        ValueError: if they are not of three channels.
    """
    folder = Path(patient_dir) if str(patient_dir) else phantom_lgg() / "kaggle_3m" / SIMULATED
    paths = [Path(item["image"]) for item in list_images(folder)]
    slices = []
    for path in paths:
        with Image.open(path) as image:
            if len(image.getbands()) != 3:
                raise ValueError(f"{path}: has {len(image.getbands())} channels, the set's images have 3")
            slices.append(np.asarray(image)[..., FLAIR])
    return paths[0].parent.name, np.stack(slices)


def write_series(
    folder: Path,
    voxels: NDArray[Any],
    cosines: Sequence[float] = (1, 0, 0, 0, 1, 0),
    origin: Sequence[float] = (-10.0, 20.0, 30.0),
    spacing_mm: Sequence[float] = (4.0, 0.75, 1.25),
    **attributes: Any,
) -> Path:
    """Writes voxels (slices, rows, columns), whole numbers below 65536, as an MR series into a folder, which it returns.

    Args:
        folder: made unless it is there.
        voxels: along the normal of the slices.
        cosines: directions of the rows, then of the columns.
        origin: centre of the first pixel of the first slice, in LPS millimetres.
        spacing_mm: between slices, rows and columns.
        attributes: of DICOM, set in each file.
    """
    folder.mkdir(exist_ok=True)
    uids = {name: generate_uid() for name in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")}
    normal = np.cross(cosines[:3], cosines[3:])
    names = np.random.default_rng(0).permutation(len(voxels))
    for index, (pixels, name) in enumerate(zip(voxels, names, strict=True)):
        image = _image(pixels)
        image.InstanceNumber = index + 1
        image.ImageOrientationPatient = [_decimal(value) for value in cosines]
        image.ImagePositionPatient = [_decimal(value) for value in np.array(origin) + index * spacing_mm[0] * normal]
        image.PixelSpacing, image.SliceThickness = list(spacing_mm[1:]), spacing_mm[0]
        for keyword, value in {**uids, **attributes}.items():
            setattr(image, keyword, value)
        image.save_as(folder / f"IM{name:04}.dcm", enforce_file_format=True)
    return folder


def _image(pixels: NDArray[Any]) -> Dataset:
    """All of a file that does not depend on where the slice lies."""
    image = Dataset()
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.SOPClassUID, image.SOPInstanceUID = MRImageStorage, generate_uid()
    image.PatientName, image.PatientID, image.PatientBirthDate, image.PatientSex = "Doe^Jo", "42", "19700101", "O"
    image.StudyDate, image.StudyTime, image.StudyID, image.AccessionNumber = "20260101", "120000", "1", "7"
    image.ReferringPhysicianName, image.Manufacturer, image.PositionReferenceIndicator = "", "none", ""
    image.Modality, image.SeriesNumber, image.SeriesDescription = "MR", 3, "AX FLAIR"
    image.Rows, image.Columns = pixels.shape
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.BitsAllocated = image.BitsStored = 16
    image.HighBit, image.PixelRepresentation = 15, 0
    image.PixelData = pixels.astype("<u2").tobytes()
    return image


def _decimal(value: float) -> str:
    """A number in the 16 characters that DICOM allows."""
    return f"{value:.10g}"[:16]


def series_affine(
    cosines: Sequence[float] = COSINES, origin: Sequence[float] = ORIGIN_MM, spacing_mm: Sequence[float] = SPACING_MM
) -> NDArray[np.float64]:
    """(4, 4), from (column, row, slice) of a written series to RAS millimetres."""
    rows, columns = np.array(cosines[:3]), np.array(cosines[3:])
    affine = np.eye(4)
    steps = rows * spacing_mm[2], columns * spacing_mm[1], np.cross(rows, columns) * spacing_mm[0], origin
    affine[:3] = np.stack(steps, axis=1)
    return np.diag([-1.0, -1, 1, 1]) @ affine


def make_series(folder: Path, patient_id: str, voxels: NDArray[np.uint8]) -> Path:
    """Writes a patient's FLAIR with the geometry above."""
    names = {"PatientID": patient_id[:60], "PatientName": f"{patient_id[:60]}^"}
    return write_series(folder, voxels, COSINES, ORIGIN_MM, SPACING_MM, **names)


def main() -> None:
    """Writes a series into a new folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, metavar="SERIES_DIR", help="a new folder")
    parser.add_argument("--patient", default="", metavar="DIR", help="of TIFF slices (default: a simulated patient)")
    options = parser.parse_args()
    try:
        patient_id, voxels = read_flair(options.patient)
        with atomic_folder(options.out) as folder:
            make_series(folder, patient_id, voxels)
    except ValueError as error:
        parser.error(str(error))
    print(f"{len(voxels)} slices of {patient_id}: {options.out}")


if __name__ == "__main__":
    main()
