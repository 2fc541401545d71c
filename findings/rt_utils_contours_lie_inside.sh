#!/usr/bin/env bash
# rt-utils draws contours through the centres of the outermost pixels of a mask: their area is up to 21 % less here, and thin parts have none.
#
# Expected: a contour of an RT Structure Set is where a structure ends. A square of 9 x 9 pixels of 1 mm has 81 mm2, and the hole of a ring keeps
#   its size.
# Seen: the corners of rt-utils' contours are the pixels that OpenCV's findContours gives, which belong to the object. The square becomes
#   8 x 8 mm, and a line or a lone pixel a closed contour without an area; around a hole the contour runs through the ring, too. rt-utils fills its
#   contours together with their outlines, and so gets each mask back. dcmrtstruct2nii fills polygons by scikit-image, which counts most pixels
#   on an outline: it reads a larger hole in the ring, and two pixels of the line.
# Versions: Python 3.11, rt-utils 1.2.7, dcmrtstruct2nii 5, pydicom 3.0.2, opencv-python-headless 5.0.0.93, SimpleITK 2.5.7, scikit-image 0.26.0,
#   numpy 2.4.6. Output on 1 December 2026 (pixels of the mask; area of its contours; pixels that rt-utils and dcmrtstruct2nii read back):
#   a square of 9 x 9: 81; 64; 81 and 81
#   a disc: 437; 404; 437 and 437
#   a ring: 496; 440; 496 and 460
#   a line: 29; 0; 29 and 2
#   a pixel: 1; 0; 1 and 1
# For users: store a DICOM SEG, or contours half a pixel further out, such as those of skimage.measure.find_contours at 0.5.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pydicom==3.0.2 opencv-python-headless==5.0.0.93 \
    SimpleITK==2.5.7 scikit-image==0.26.0 scipy==1.17.1 numpy==2.4.6 termcolor==3.3.0
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps rt-utils==1.2.7 dcmrtstruct2nii==5
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import contextlib, io, os, sys
import numpy as np, pydicom, SimpleITK as sitk
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid
from rt_utils import RTStructBuilder
with contextlib.redirect_stdout(io.StringIO()):  # it asks to be cited
    from dcmrtstruct2nii.adapters.convert.rtstructcontour2mask import DcmPatientCoords2Mask

SIZE = 64
os.mkdir("series")
study, series, frame = generate_uid(), generate_uid(), generate_uid()
for z in range(3):
    meta = FileMetaDataset()
    meta.TransferSyntaxUID, meta.MediaStorageSOPClassUID = ExplicitVRLittleEndian, MRImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    data = FileDataset(f"series/{z}.dcm", {}, file_meta=meta, preamble=bytes(128))
    data.SOPClassUID, data.SOPInstanceUID = MRImageStorage, meta.MediaStorageSOPInstanceUID
    data.StudyInstanceUID, data.SeriesInstanceUID, data.FrameOfReferenceUID = study, series, frame
    data.Modality, data.InstanceNumber, data.SliceThickness = "MR", z + 1, 3
    for name in ("PatientID", "PatientName", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID", "AccessionNumber",
                 "ReferringPhysicianName", "SeriesDate", "SeriesTime", "SeriesNumber", "SeriesDescription", "StudyDescription"):
        setattr(data, name, "1" if name == "SeriesNumber" else "")
    data.ImagePositionPatient, data.ImageOrientationPatient = [0, 0, 3 * z], [1, 0, 0, 0, 1, 0]
    data.PixelSpacing, data.Rows, data.Columns = [1, 1], SIZE, SIZE
    data.SamplesPerPixel, data.PhotometricInterpretation, data.PixelRepresentation = 1, "MONOCHROME2", 0
    data.BitsAllocated, data.BitsStored, data.HighBit = 16, 16, 15
    data.PixelData = bytes(2 * SIZE * SIZE)
    data.save_as(f"series/{z}.dcm", enforce_file_format=True)

rows, columns = np.mgrid[:SIZE, :SIZE]
away = np.hypot(rows - 30, columns - 32)
MASKS = {
    "a square of 9 x 9": (abs(rows - 30) < 5) & (abs(columns - 30) < 5), "a disc": away < 12, "a ring": (away < 14) & (away > 6),
    "a line": (rows == 20) & (columns > 10) & (columns < 40), "a pixel": (rows == 20) & (columns == 20),
}
with contextlib.redirect_stdout(io.StringIO()):
    made = RTStructBuilder.create_new(dicom_series_path="series")
    for name, mask in MASKS.items():
        made.add_roi(mask=np.stack([0 * mask, mask, 0 * mask], -1).astype(bool), name=name)
    made.save("structures.dcm")
own = RTStructBuilder.create_from(dicom_series_path="series", rt_struct_path="structures.dcm")
stored = pydicom.dcmread("structures.dcm")
image = sitk.Image([SIZE, SIZE, 3], sitk.sitkUInt8)
image.SetSpacing([1, 1, 3])

def area(points):
    x, y = points[:, 0], points[:, 1]
    return abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))) / 2

seen = []
for (name, mask), roi in zip(MASKS.items(), stored.ROIContourSequence, strict=True):
    points = [np.array(one.ContourData, float).reshape(-1, 3) for one in roi.ContourSequence]
    areas = sorted((area(one) for one in points), reverse=True)
    contours = [{"name": name, "type": "CLOSED_PLANAR", "points": dict(zip("xyz", one.T, strict=True))} for one in points]
    other = sitk.GetArrayFromImage(DcmPatientCoords2Mask().convert(contours, image, 0, 1))
    seen.append([int(mask.sum()), round(areas[0] - sum(areas[1:])), int(own.get_roi_mask_by_name(name).sum()), int(other.sum())])
    print(f"{name}: {seen[-1][0]}; {seen[-1][1]}; {seen[-1][2]} and {seen[-1][3]}")
sys.exit(seen != [[81, 64, 81, 81], [437, 404, 437, 437], [496, 440, 496, 460], [29, 0, 29, 2], [1, 0, 1, 1]])
PYTHON
