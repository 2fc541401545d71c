#!/usr/bin/env bash
# MONAI 1.6.1's NibabelReader drops a valid sform for an unset qform when a volume has channels, or a pixdim other than the sform's.
#
# Expected: nifti1.h, "ORIENTATION": qform_code 0 means that there is no qform; an sform of code 1 is then the only world there is.
# Seen: the reader compares the lengths of the sform's columns with pixdim, and with four axes it also compares the length of the
#   origin column with pixdim[4], the time step. If they differ, and the unset qform's made-up matrix agrees with pixdim (its fourth
#   column is 0 0 0 1), that matrix takes the sform's place: identity axes, origin 0. With pixdim[4] = 1 an origin of 0 is the only one that
#   survives. No warning; nibabel gives the sform. A 4-D volume then meets a network in the wrong planes, and predictions lie elsewhere.
# Versions: Python 3.11, monai 1.6.1, torch 2.13.0, nibabel 5.4.2, numpy 2.4.6. Output on 28 November 2026 (first three rows):
#   (4, 5, 6): MONAI [[0, 0, 2, -7], [1, 0, 0, 8], [0, 3, 0, 9]]
#   (4, 5, 6, 2): MONAI [[1, 0, 0, 0], [0, 3, 0, 0], [0, 0, 2, 0]]
#   (4, 5, 6, 2), origin 0: MONAI [[0, 0, 2, 0], [1, 0, 0, 0], [0, 3, 0, 0]]
#   (4, 5, 6), pixdim 1 1 1: MONAI [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]
# For users: write a qform beside the sform (image.set_qform(image.affine, 1)), or load with ITKReader. Files of nibabel alone are safe:
#   it fills the qform's numbers and only leaves its code at 0. Some platforms get several GB of CUDA with torch.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check monai==1.6.1 torch==2.13.0 nibabel==5.4.2 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import nibabel, numpy as np
from monai.transforms import LoadImage

def read(shape, origin=(-7, 8, 9), steps=(1, 3, 2)):
    """Rows of MONAI's affine for a volume of the shape that has an sform only."""
    sform = np.array([[0, 0, 2, origin[0]], [1, 0, 0, origin[1]], [0, 3, 0, origin[2]], [0, 0, 0, 1.0]])
    header = nibabel.Nifti1Header()
    header.set_data_shape(shape)
    header.set_zooms(steps + (1,) * (len(shape) - 3))
    header.set_sform(sform, 1)
    nibabel.save(nibabel.Nifti1Image(np.zeros(shape, "f4"), None, header), "image.nii")
    stored = nibabel.load("image.nii")
    assert (stored.header["qform_code"], stored.header["sform_code"]) == (0, 1) and np.array_equal(stored.affine, sform)
    return [[int(v) for v in row] for row in LoadImage(image_only=True)("image.nii").affine[:3]]

cases = {"(4, 5, 6)": (read((4, 5, 6)), [[0, 0, 2, -7], [1, 0, 0, 8], [0, 3, 0, 9]]),
         "(4, 5, 6, 2)": (read((4, 5, 6, 2)), [[1, 0, 0, 0], [0, 3, 0, 0], [0, 0, 2, 0]]),
         "(4, 5, 6, 2), origin 0": (read((4, 5, 6, 2), origin=(0, 0, 0)), [[0, 0, 2, 0], [1, 0, 0, 0], [0, 3, 0, 0]]),
         "(4, 5, 6), pixdim 1 1 1": (read((4, 5, 6), steps=(1, 1, 1)), [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]])}
for name, (seen, _) in cases.items():
    print(f"{name}: MONAI {seen}")
sys.exit(any(seen != stated for seen, stated in cases.values()))
PYTHON
