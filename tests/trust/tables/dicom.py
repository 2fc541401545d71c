"""Series of DICOM that are broken, incomplete or something else, brought to a prediction; what they claim is only told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import torch
from make_dicom import write_series
from pydicom.encaps import encapsulate
from pydicom.uid import UID
from trust.cases import Case
from trust.doors import verb

from custom.networks import UNet

VOXELS = np.random.default_rng(4).integers(0, 999, (5, 8, 9))
Change = Callable[[Path], object]


def series(change: Change, alone: bool = True) -> Callable[[Path], None]:
    """A series of five slices, of which the third is changed, or all are."""

    def plant(folder: Path) -> None:
        torch.save(UNet(in_channels=1, init_features=2).state_dict(), folder / "model.pt")
        paths = sorted(write_series(folder / "data", VOXELS).iterdir())
        for path in paths[2:3] if alone else paths:
            change(path)

    return plant


def with_(**values: Any) -> Change:
    """A file with other values under these keywords; None takes one away."""

    def change(path: Path) -> None:
        image = pydicom.dcmread(path)
        for keyword, value in values.items():
            if value is None:
                delattr(image, keyword)
            else:
                setattr(image, keyword, value)
        image.save_as(path)

    return change


def with_syntax(syntax: str) -> Change:
    """A file that says that its pixels are packed so."""

    def change(path: Path) -> None:
        image = pydicom.dcmread(path)
        image.file_meta.TransferSyntaxUID = UID(syntax)
        image.PixelData = encapsulate([image.PixelData])
        image["PixelData"].is_undefined_length = True
        image.save_as(path)

    return change


def cut(first: int) -> Change:
    """A file of its first bytes; of all but its last, if negative."""
    return lambda path: path.write_bytes(path.read_bytes()[:first])


ONE: dict[str, tuple[Change, str]] = {
    "that is empty": (cut(0), "cannot be read as DICOM"),
    "of text": (lambda path: path.write_text("<html>404</html>\n"), "cannot be read as DICOM"),
    "of zeros": (lambda path: path.write_bytes(bytes(900)), "cannot be read as DICOM"),
    "cut in its first bytes": (cut(100), "cannot be read as DICOM"),
    "cut in its header": (cut(300), "IM0002.dcm: "),
    "cut in its pixels": (cut(-40), "IM0002.dcm: its pixels cannot be decoded"),
    "without pixels": (with_(PixelData=None), "holds no pixels; remove it if it is a report"),
    "of fewer pixels": (with_(PixelData=bytes(20)), "IM0002.dcm: its pixels cannot be decoded"),
    "of other rows": (with_(Rows=4, PixelData=bytes(72)), "IM0002.dcm: its Rows differs from that of"),
    "of other columns": (with_(Columns=8, PixelData=bytes(128)), "IM0002.dcm: its Columns differs from that of"),
    "of another spacing": (with_(PixelSpacing=[1, 1]), "IM0002.dcm: its PixelSpacing differs from that of"),
    "of another direction": (with_(ImageOrientationPatient=[0, 1, 0, 0, 0, -1]), "its ImageOrientationPatient differs"),
    "of a place of two numbers": (with_(ImagePositionPatient=[0, 0]), "its ImagePositionPatient is [0.0, 0.0], not 3 numbers"),
    "elsewhere": (with_(ImagePositionPatient=[-10, 20, 39.5]), "non-uniform spacing"),
    "at the place of another": (with_(ImagePositionPatient=[-10, 20, 34]), "lies at the same place as"),
    "of colours": (with_(SamplesPerPixel=3, PhotometricInterpretation="RGB"), "has 3 channels (RGB), not one of grey"),
    "of a palette": (with_(PhotometricInterpretation="PALETTE COLOR"), "has 1 channels (PALETTE COLOR), not one of grey"),
    "of two frames": (with_(NumberOfFrames=2), "IM0002.dcm: holds 2 frames; convert"),
    "that claims a thousand million frames": (with_(NumberOfFrames=10**9), "IM0002.dcm: holds 1000000000 frames; convert"),
    "of minus one frame": (with_(NumberOfFrames=-1), "IM0002.dcm: its pixels cannot be decoded"),
    "of another modality": (with_(Modality="CT"), "is of modality CT; the model takes MR"),
    "that is a mosaic": (with_(ImageType=["ORIGINAL", "PRIMARY", "MOSAIC"]), "is a mosaic, many slices in one picture"),
    "without Rows": (with_(Rows=None), "IM0002.dcm: lacks Rows"),
    "without Columns": (with_(Columns=None), "IM0002.dcm: lacks Columns"),
    "without a place": (with_(ImagePositionPatient=None), "IM0002.dcm: lacks ImagePositionPatient; export"),
    "without a direction": (with_(ImageOrientationPatient=None), "IM0002.dcm: lacks ImageOrientationPatient"),
    "without a spacing": (with_(PixelSpacing=None), "IM0002.dcm: lacks PixelSpacing"),
    "without bits": (with_(BitsAllocated=None), "IM0002.dcm: its pixels cannot be decoded"),
    "of a series without a name": (with_(SeriesInstanceUID=None), "IM0002.dcm: lacks SeriesInstanceUID"),
    "of no kind": (with_(SOPClassUID=None), "IM0002.dcm: lacks SOPClassUID"),
    "of no modality": (with_(Modality=None), "IM0002.dcm: lacks Modality"),
    "of a packing that nothing decodes": (
        with_syntax("1.2.840.10008.1.2.4.100"),
        "compressed as MPEG2 Main Profile / Main Level, which cannot be decoded",
    ),
    "of more bits than it has": (with_(BitsStored=40), "IM0002.dcm: its pixels cannot be decoded"),
}
ALL: dict[str, tuple[Change, str]] = {
    "larger than memory": (with_(Rows=65535, Columns=65535), "claims 65535×65535×5 pixels"),
    "without rows": (with_(Rows=0, PixelData=b""), "its pixels cannot be decoded"),
    "of bits that are shifted": (with_(BitsStored=12), "stores 12 bits up to bit 15, not from the lowest on; convert it"),
    "of one value": (with_(PixelData=bytes(144)), "all voxels are 0; export the series again with its pixels"),
    "of a slope of 0": (with_(RescaleSlope=0, RescaleIntercept=7), "its pixels cannot be decoded (its RescaleSlope is 0)"),
    "of no spacing": (with_(PixelSpacing=[0, 1]), "its PixelSpacing is 0, 1, not positive; export the series again"),
    "of computed tomography": (with_(Modality="CT"), "is of modality CT; the model takes MR"),
    "of localizers": (with_(ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"]), "is a localizer by its ImageType"),
    "at one place": (with_(ImagePositionPatient=[0, 0, 0]), "lies at the same place as"),
    "of no directions": (with_(ImageOrientationPatient=[0] * 6), "ImageOrientationPatient is no pair of orthogonal directions"),
    "without pixels": (with_(PixelData=None), "holds no pixels; remove it if it is a report"),
}
DOOR = verb("predict", "{}/data", "--out", "{}/out", "--checkpoint", "{}/model.pt", "--device", "cpu")
CASES = [
    *(Case(f"a slice {name}", DOOR, says, series(change), 2) for name, (change, says) in ONE.items()),
    *(Case(f"a series {name}", DOOR, says, series(change, alone=False), 2) for name, (change, says) in ALL.items()),
]
