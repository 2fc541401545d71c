#!/usr/bin/env bash
# A DICOM SEG whose frames are not evenly spaced to 1 micrometre, or that has two segments, is read by SimpleITK 2.5.7 with 1x1x1 mm.
#
# Expected: rows and columns are PixelSpacing apart (Pixel Measures, PS3.3 C.7.6.16.2.1), wherever the frames lie. BINARY SEGs leave
#   out empty slices as a rule, and hold the frames of one segment after those of another.
# Seen: SimpleITK (ITK 5.4 with GDCM) falls back to 1 mm on all three axes, also within the plane, when slices are left out, when one
#   frame is 1.1 micrometres off (0.9 is still right), and for two segments, which it stacks as one volume of twice the slices.
#   There is no warning, and a volume in mm3 is off by the true voxel's volume, here 3.75. dcmqi 1.5.7 reads all of them right: it
#   fills the gap and gives one volume a segment.
# Versions: Python 3.11, highdicom 0.28.2, pydicom 3.0.2, SimpleITK 2.5.7, dcmqi 1.5.7. Output on 28 November 2026:
#   even: SimpleITK (5, 4, 4) (1.25, 0.75, 4.0), dcmqi (5, 4, 4) (1.25, 0.75, 4.0)
#   off by 0.9 um: SimpleITK (5, 4, 4) (1.25, 0.75, 4.0), dcmqi (5, 4, 4) (1.25, 0.75, 4.0)
#   off by 1.1 um: SimpleITK (5, 4, 4) (1.0, 1.0, 1.0), dcmqi (5, 4, 4) (1.25, 0.75, 4.0)
#   second slice left out: SimpleITK (5, 4, 3) (1.0, 1.0, 1.0), dcmqi (5, 4, 4) (1.25, 0.75, 4.0)
#   two segments: SimpleITK (5, 4, 8) (1.0, 1.0, 1.0), dcmqi (5, 4, 4) (1.25, 0.75, 4.0)
# For users: read SEGs with dcmqi or highdicom; writers that want ITK to read them keep every slice, on an exact grid, one segment a file.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check highdicom==0.28.2 pydicom==3.0.2 SimpleITK==2.5.7 dcmqi==1.5.7 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import glob, shutil, subprocess, sys
import highdicom as hd, numpy as np, SimpleITK as sitk
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.sr.codedict import codes

def series(heights):
    uids = [hd.UID() for _ in range(3)]
    for number, height in enumerate(heights, 1):
        image = Dataset(); image.file_meta = FileMetaDataset(); image.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
        image.StudyInstanceUID, image.SeriesInstanceUID, image.FrameOfReferenceUID = uids; image.SOPInstanceUID = hd.UID()
        image.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"; image.Modality = "CT"; image.InstanceNumber = number; image.SeriesNumber = 1
        for name in "PatientName PatientID PatientBirthDate PatientSex StudyID StudyDate StudyTime AccessionNumber".split(): setattr(image, name, "")
        image.ReferringPhysicianName = ""; image.Rows, image.Columns, image.PixelSpacing, image.SliceThickness = 4, 5, [0.75, 1.25], 4
        image.ImageOrientationPatient, image.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [0, 0, height]; image.SamplesPerPixel = 1
        image.PhotometricInterpretation = "MONOCHROME2"; image.BitsAllocated = image.BitsStored = 16; image.HighBit = 15
        image.PixelRepresentation, image.PositionReferenceIndicator, image.PixelData = 0, "", bytes(40); yield image

def read(name, mask, heights=(0, 4, 8, 12)):
    segments = [hd.seg.SegmentDescription(k + 1, f"part {k + 1}", codes.SCT.Tissue, codes.SCT.Tissue, "MANUAL") for k in range(mask.max())]
    hd.seg.Segmentation(list(series(heights)), mask, "BINARY", segments, hd.UID(), 2, hd.UID(), 1, "m", "n", "1", "s").save_as("seg.dcm")
    image = sitk.ReadImage("seg.dcm"); shutil.rmtree("out", ignore_errors=True); subprocess.run(["mkdir", "out"])
    subprocess.run(["venv/bin/segimage2itkimage", "--inputDICOM", "seg.dcm", "--outputDirectory", "out"], check=True, capture_output=True)
    other = sitk.ReadImage(sorted(glob.glob("out/*.nrrd"))[0]); result = image.GetSize(), image.GetSpacing(), other.GetSize(), other.GetSpacing()
    print(f"{name}: SimpleITK {result[0]} {result[1]}, dcmqi {result[2]} {result[3]}"); return result

full = np.ones((4, 4, 5), np.uint8); gap = full.copy(); gap[1] = 0; two = full.copy(); two[:, 2:] = 2
true, unit, size = (1.25, 0.75, 4.0), (1.0, 1.0, 1.0), (5, 4, 4)
same = read("even", full) == (size, true, size, true)
same &= read("off by 0.9 um", full, (0, 4, 8.0009, 12)) == (size, true, size, true)
same &= read("off by 1.1 um", full, (0, 4, 8.0011, 12)) == (size, unit, size, true)
same &= read("second slice left out", gap) == ((5, 4, 3), unit, size, true)
same &= read("two segments", two) == ((5, 4, 8), unit, size, true)
sys.exit(not same)
PYTHON
