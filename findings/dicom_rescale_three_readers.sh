#!/usr/bin/env bash
# Rescaling that changes along a volume: SimpleITK 2.5.7 takes it from the first frame or file, pydicom 3.0.2 takes none, in silence.
#
# Expected: an enhanced multi-frame image states slope and intercept per frame in the Pixel Value Transformation Sequence (PS3.3
#   C.7.6.16.2.9); a series states them per file, or in a Modality LUT Sequence (C.11.1) in their place.
# Seen, where every stored value is 100:
#   enhanced PET with slopes 1, 2, 3: SimpleITK gives the first frame's slope to all, pydicom's apply_modality_lut gives stored
#   values (pydicom issue 2353), highdicom is right. Series with slopes 1, 0.255, 0.75: SimpleITK takes the pixel type from the first
#   file, so 25.5 is cut to 25 (known: SimpleITK pull request 1640).
#   CR image whose Modality LUT maps 0 1 2 3 to 0 100 1000 5000: SimpleITK leaves it out, pydicom and highdicom are right.
# Versions: Python 3.11, SimpleITK 2.5.7, pydicom 3.0.2, highdicom 0.28.2. Output on 28 November 2026:
#   enhanced: SimpleITK [100, 100, 100], pydicom [100, 100, 100], highdicom [100.0, 200.0, 300.0]
#   series: SimpleITK [100, 25, 75], pydicom [100.0, 25.5, 75.0]
#   look-up table: SimpleITK [0, 1, 2, 3], pydicom [0, 100, 1000, 5000], highdicom [0.0, 100.0, 1000.0, 5000.0]
# For users: PET, MR and perfusion maps change their slope from slice to slice; read those with highdicom, or rescale by file yourself.
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
from pydicom.pixels import apply_modality_lut

def item(**elements):
    data = Dataset()
    for name, value in elements.items(): setattr(data, name, value)
    return data

def save(path, storage, values, modality="PT", **elements):
    data = item(SOPClassUID="1.2.840.10008.5.1.4.1.1." + storage, SOPInstanceUID=hd.UID(), StudyInstanceUID="1.2.3", SeriesInstanceUID="1.2.3.4",
                FrameOfReferenceUID="1.2.3.5", Modality=modality, SeriesNumber=1, InstanceNumber=1, Rows=2, Columns=2, SamplesPerPixel=1, BitsAllocated=16,
                BitsStored=16, HighBit=15, PixelRepresentation=0, PhotometricInterpretation="MONOCHROME2", PixelData=np.array(values, "<u2").tobytes())
    for name, value in elements.items(): setattr(data, name, value)
    data.file_meta = FileMetaDataset(); data.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"; data.save_as(path, enforce_file_format=True)

axes, pixels = {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}, {"PixelSpacing": [1, 1], "SliceThickness": 4}
shared = item(PixelMeasuresSequence=[item(SpacingBetweenSlices=4, **pixels)], PlaneOrientationSequence=[item(**axes)])
frames = [item(PlanePositionSequence=[item(ImagePositionPatient=[0, 0, 4 * k])],
               FrameContentSequence=[item(StackID="1", InStackPositionNumber=k + 1, DimensionIndexValues=[1, k + 1])],
               PixelValueTransformationSequence=[item(RescaleSlope=k + 1, RescaleIntercept=0, RescaleType="US")]) for k in range(3)]
save("enhanced.dcm", "130", [100] * 12, NumberOfFrames=3, ImageType=["ORIGINAL", "PRIMARY", "VOLUME", "NONE"],
     SharedFunctionalGroupsSequence=[shared], PerFrameFunctionalGroupsSequence=frames)
table = item(LUTDescriptor=[4, 0, 16], ModalityLUTType="US", LUTData=np.array([0, 100, 1000, 5000], "<u2").tobytes())
save("table.dcm", "1", [0, 1, 2, 3], "CR", ModalityLUTSequence=[table])
for k, slope in enumerate(("1", "0.255", "0.75")):
    save(f"{k}.dcm", "128", [100] * 4, RescaleSlope=slope, RescaleIntercept=0, ImagePositionPatient=[0, 0, k], **axes, **pixels)

def read(path): return apply_modality_lut(dcmread(path).pixel_array, dcmread(path))
def itk(path): return sitk.GetArrayFromImage(sitk.ReadImage(path))
seen = [itk("enhanced.dcm")[:, 0, 0].tolist(), read("enhanced.dcm")[:, 0, 0].tolist(), [float(hd.imread("enhanced.dcm").get_frame(k)[0, 0]) for k in (1, 2, 3)],
        itk(["0.dcm", "1.dcm", "2.dcm"])[:, 0, 0].tolist(), [float(read(f"{k}.dcm")[0, 0]) for k in range(3)],
        itk("table.dcm").ravel().tolist(), read("table.dcm").ravel().tolist(), hd.imread("table.dcm").get_frame(1).ravel().tolist()]
print("enhanced: SimpleITK {}, pydicom {}, highdicom {}\nseries: SimpleITK {}, pydicom {}\nlook-up table: SimpleITK {}, pydicom {}, highdicom {}".format(*seen))
sys.exit(seen != [[100] * 3, [100] * 3, [100, 200, 300], [100, 25, 75], [100, 25.5, 75], [0, 1, 2, 3]] + [[0, 100, 1000, 5000]] * 2)
PYTHON
