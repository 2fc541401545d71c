#!/usr/bin/env bash
# highdicom 0.28.2 reads the unused high bits of a pixel as part of its value; its own two ways to a volume then differ.
#
# Expected: with 12 bits stored in 16, PS3.5 section 8.1.1 tells receivers to assume nothing about the other four bits: neither that
#   they are 0 nor that they repeat the sign. So 0x0FFF is -1 where Pixel Representation is 1, and 0x1001 is 1 where it is 0.
# Seen: Image.get_frame, get_stored_frame and get_volume give 4095 and 4097. Image.pixel_array, get_volume_from_series, pydicom 3.0.2
#   (which masks and extends the sign since 3.0) and SimpleITK give -1 and 1. What lies below 0 HU becomes bone, in silence.
# Versions: Python 3.11, highdicom 0.28.2, pydicom 3.0.2, SimpleITK 2.5.7, numpy 2.4.6. Output on 28 November 2026:
#   signed: get_frame [4095, 2048, 2047, 1], get_volume [4095, 2048, 2047, 1], get_volume_from_series [-1, -2048, 2047, 1], pydicom [-1, -2048, 2047, 1], SimpleITK [-1, -2048, 2047, 1]
#   unsigned: get_frame [4097, 2, 36863, 8192], get_volume [4097, 2, 36863, 8192], get_volume_from_series [1, 2, 4095, 0], pydicom [1, 2, 4095, 0], SimpleITK [1, 2, 4095, 0]
# For users: older files keep overlays in those bits, or leave the sign off. Take pixel_array where BitsStored is below BitsAllocated.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check highdicom==0.28.2 pydicom==3.0.2 SimpleITK==2.5.7 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import highdicom as hd, numpy as np, SimpleITK as sitk
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset

def read(name, words, signed):
    image = Dataset(); image.file_meta = FileMetaDataset(); image.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    image.SOPClassUID, image.SOPInstanceUID, image.StudyInstanceUID = "1.2.840.10008.5.1.4.1.1.2", hd.UID(), hd.UID()
    image.SeriesInstanceUID, image.FrameOfReferenceUID, image.Modality = hd.UID(), hd.UID(), "CT"
    image.SeriesNumber = image.InstanceNumber = image.SamplesPerPixel = 1; image.PhotometricInterpretation = "MONOCHROME2"
    image.Rows, image.Columns, image.PixelSpacing, image.SliceThickness = 1, 4, [1, 1], 1
    image.ImageOrientationPatient, image.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [0, 0, 0]
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 12, 11, int(signed)
    image.PixelData = np.array(words, "<u2").tobytes(); image.save_as("image.dcm", enforce_file_format=True)
    opened = hd.imread("image.dcm"); arrays = {
        "get_frame": opened.get_frame(1), "get_volume": opened.get_volume().array,
        "get_volume_from_series": hd.get_volume_from_series([dcmread("image.dcm")]).array,
        "pydicom": dcmread("image.dcm").pixel_array, "SimpleITK": sitk.GetArrayFromImage(sitk.ReadImage("image.dcm"))}
    values = {key: [int(v) for v in np.ravel(array)] for key, array in arrays.items()}
    print(f"{name}:", ", ".join(f"{key} {value}" for key, value in values.items()))
    return list(values.values())

same = read("signed", [0x0FFF, 0x0800, 0x07FF, 1], True) == [[4095, 2048, 2047, 1]] * 2 + [[-1, -2048, 2047, 1]] * 3
same &= read("unsigned", [0x1001, 2, 0x8FFF, 0x2000], False) == [[4097, 2, 36863, 8192]] * 2 + [[1, 2, 4095, 0]] * 3
sys.exit(not same)
PYTHON
