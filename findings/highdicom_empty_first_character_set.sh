#!/usr/bin/env bash
# highdicom 0.28.2 refuses to derive an object from images whose Specific Character Set begins with an empty value.
#
# Expected: PS3.3 C.12.1.1.2 lets value 1 of Specific Character Set be empty when there are more values: text then begins in the
#   default repertoire and turns by escape sequences (PS3.5 annexes H and I show patient names of Japan and Korea written so).
# Seen: Segmentation (as any highdicom object that takes source images) stops with a ValueError for the two usual forms of Japan and
#   Korea, while pydicom 3.0.2 reads, writes and keeps both. Forms with a value 1 pass, and names come back whole.
# Versions: Python 3.11, highdicom 0.28.2, pydicom 3.0.2, numpy 2.4.6. Output on 28 November 2026:
#   ['', 'ISO 2022 IR 87']: pydicom keeps the name, highdicom: '' is not a valid SpecificCharacterSetValues
#   ['', 'ISO 2022 IR 149']: pydicom keeps the name, highdicom: '' is not a valid SpecificCharacterSetValues
#   ['ISO 2022 IR 6', 'ISO 2022 IR 87']: pydicom keeps the name, highdicom keeps it, too
#   ISO_IR 192: pydicom keeps the name, highdicom keeps it, too
# For users: put 'ISO 2022 IR 6' (which means the same) in the place of the empty value in the source data sets before highdicom sees them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check highdicom==0.28.2 pydicom==3.0.2 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import highdicom as hd, numpy as np
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.sr.codedict import codes

def source(charset, name):
    image = Dataset(); image.file_meta = FileMetaDataset(); image.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    for empty in "PatientID PatientBirthDate PatientSex StudyID StudyDate StudyTime AccessionNumber ReferringPhysicianName".split():
        setattr(image, empty, "")
    image.SpecificCharacterSet, image.PatientName, image.PositionReferenceIndicator = charset, name, ""
    image.SOPClassUID, image.SOPInstanceUID, image.StudyInstanceUID = "1.2.840.10008.5.1.4.1.1.2", hd.UID(), hd.UID()
    image.SeriesInstanceUID, image.FrameOfReferenceUID, image.Modality, image.SliceThickness = hd.UID(), hd.UID(), "CT", 1
    image.SeriesNumber = image.InstanceNumber = image.SamplesPerPixel = 1; image.PhotometricInterpretation = "MONOCHROME2"
    image.Rows, image.Columns, image.PixelSpacing, image.PixelRepresentation = 2, 2, [1, 1], 0
    image.ImageOrientationPatient, image.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [0, 0, 0]
    image.BitsAllocated = image.BitsStored = 16; image.HighBit, image.PixelData = 15, bytes(8)
    image.save_as("image.dcm", enforce_file_format=True); return dcmread("image.dcm")

part = hd.seg.SegmentDescription(1, "part", codes.SCT.Tissue, codes.SCT.Tissue, "MANUAL")
refused = "'' is not a valid SpecificCharacterSetValues"
japan, korea, kept, same = "Yamada^Tarou=山田^太郎", "Hong^Gildong=洪^吉洞", "keeps it, too", True
for charset, name, wanted in ((["", "ISO 2022 IR 87"], japan, refused), (["", "ISO 2022 IR 149"], korea, refused),
                              (["ISO 2022 IR 6", "ISO 2022 IR 87"], japan, kept), ("ISO_IR 192", japan, kept)):
    image = source(charset, name)
    assert str(image.PatientName) == name
    try:
        hd.seg.Segmentation([image], np.ones((1, 2, 2), np.uint8), "BINARY", [part], hd.UID(), 2, hd.UID(), 1, "m", "n", "1", "s").save_as("seg.dcm")
        seen = kept if str(dcmread("seg.dcm").PatientName) == name else "changes it"
    except ValueError as error:
        seen = str(error)
    print(f"{charset}: pydicom keeps the name, highdicom{':' if seen == refused else ''} {seen}")
    same &= seen == wanted
sys.exit(not same)
PYTHON
