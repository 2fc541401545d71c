#!/usr/bin/env bash
# Two NIfTI readers, one valid file: SimpleITK 2.5.7 adds the intercept of an unscaled image and takes the qform before an aligned sform.
#
# Expected: nifti1.h, "DATA SCALING": values are scaled only if scl_slope is not 0; with 0 the stored values are the data.
#   "ORIENTATION": qform and sform may both be set and mean different spaces (scanner, atlas); a reader chooses. With both codes 0 the
#   axes have no stated direction.
# Seen: slope 0 with intercept 10: nibabel gives the stored values, SimpleITK (ITK 5.4) adds 10. Qform of code 1 beside an sform of
#   code 2: nibabel takes the sform, SimpleITK the qform, here mirrored and 48 mm away (with an sform of code 1 both take the sform).
#   Both codes 0: both assume x to the left, but y to the front and a centred origin (nibabel), or y to the back and origin 0 (SimpleITK).
# Versions: Python 3.11, nibabel 5.4.2, SimpleITK 2.5.7, numpy 2.4.6. Output on 28 November 2026 (steps and origin in RAS, mm):
#   slope 0, intercept 10: values 0 1 2 3 nibabel, 10 11 12 13 SimpleITK
#   qform 1, sform 1: nibabel [-2, 3, 4] at [10, 20, 30], SimpleITK [-2, 3, 4] at [10, 20, 30]
#   qform 1, sform 2: nibabel [-2, 3, 4] at [10, 20, 30], SimpleITK [2, 3, 4] at [-5, -6, -7]
#   qform 0, sform 0: nibabel [-2, 3, 4] at [1, -1.5, -2], SimpleITK [-2, -3, 4] at [0, 0, 0]
# For users: train, predict and overlay with one reader. An image aligned to an atlas may keep its scanner qform beside an sform of code 2 to 4.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check nibabel==5.4.2 SimpleITK==2.5.7 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import struct, sys
import nibabel, numpy as np, SimpleITK as sitk

def save(qform=0, sform=0, slope=1, intercept=0):
    header = bytearray(352); put = struct.pack_into
    put("<i", header, 0, 348); put("<8h", header, 40, 3, 2, 2, 2, 1, 1, 1, 1); put("<2h", header, 70, 4, 16)
    put("<8f", header, 76, 1, 2, 3, 4, 1, 1, 1, 1); put("<3f", header, 108, 352, slope, intercept); header[123] = 2
    put("<2h", header, 252, qform, sform)
    put("<6f", header, 256, *(0, 0, 0, -5, -6, -7) if qform else [0] * 6)
    put("<12f", header, 280, *(-2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30) if sform else [0] * 12)
    header[344:348] = b"n+1\0"
    open("image.nii", "wb").write(bytes(header) + np.arange(8, dtype="<i2").tobytes())
    return nibabel.load("image.nii"), sitk.ReadImage("image.nii")

first, second = save(qform=1, slope=0, intercept=10)
values = [int(v) for v in np.asarray(first.dataobj).ravel(order="F")[:4]], [int(v) for v in sitk.GetArrayFromImage(second).ravel()[:4]]
print("slope 0, intercept 10: values", *values[0], "nibabel,", *values[1], "SimpleITK")
same = values == ([0, 1, 2, 3], [10, 11, 12, 13])
scanner, atlas = ([2, 3, 4], [-5, -6, -7]), ([-2, 3, 4], [10, 20, 30])
for codes, *wanted in (((1, 1), atlas, atlas), ((1, 2), atlas, scanner), ((0, 0), ([-2, 3, 4], [1, -1.5, -2]), ([-2, -3, 4], [0, 0, 0]))):
    first, second = save(*codes); turn = np.array([-1, -1, 1])
    steps = np.diag(np.reshape(second.GetDirection(), (3, 3))) * second.GetSpacing() * turn
    seen = [(np.diag(first.affine)[:3], first.affine[:3, 3]), (steps, turn * second.GetOrigin())]
    text = [" at ".join("[" + ", ".join(f"{v + 0:g}" for v in part) + "]" for part in pair) for pair in seen]
    print(f"qform {codes[0]}, sform {codes[1]}: nibabel {text[0]}, SimpleITK {text[1]}")
    same &= np.allclose(np.array(seen), np.array(wanted), atol=1e-5)
sys.exit(not same)
PYTHON
