#!/usr/bin/env bash
# MONAI 1.6.1's NrrdReader knows one spelling of one space: "LPS" and "left-anterior-superior" images are read mirrored.
#
# Expected: the NRRD definition (teem, format.html, "space") gives each space a long and a short name, "left-posterior-superior" or
#   "LPS", and both mean the same. MONAI's affine is in RAS, so LPS turns the first two rows, LAS the first, RAS none.
# Seen: only the long name "left-posterior-superior" is turned. "LPS", "LAS" and "left-anterior-superior" are taken as RAS, in silence:
#   left and right are exchanged (with LPS front and back, too). SimpleITK reads all six names right.
#   NrrdReader is what LoadImage chooses for .nrrd files where itk is not installed and pynrrd is.
# Versions: Python 3.11, monai 1.6.1, torch 2.13.0, pynrrd 1.1.3, SimpleITK 2.5.7. Output on 28 November 2026:
#   left-posterior-superior: MONAI -1 -1 1, SimpleITK -1 -1 1
#   LPS: MONAI 1 1 1, SimpleITK -1 -1 1
#   left-anterior-superior: MONAI 1 1 1, SimpleITK -1 1 1
#   LAS: MONAI 1 1 1, SimpleITK -1 1 1
#   right-anterior-superior: MONAI 1 1 1, SimpleITK 1 1 1
#   RAS: MONAI 1 1 1, SimpleITK 1 1 1
# For users: write the long name (3D Slicer and ITK do), or load with ITKReader. Some platforms get several GB of CUDA with torch.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check monai==1.6.1 torch==2.13.0 pynrrd==1.1.3 SimpleITK==2.5.7 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import numpy as np
import SimpleITK as sitk
from monai.transforms import LoadImage

names = {"left-posterior-superior": (-1, -1, 1), "LPS": (-1, -1, 1), "left-anterior-superior": (-1, 1, 1), "LAS": (-1, 1, 1),
         "right-anterior-superior": (1, 1, 1), "RAS": (1, 1, 1)}
same = True
for name, wanted in names.items():
    header = f"NRRD0005\ntype: short\ndimension: 3\nspace: {name}\nsizes: 2 3 4\nspace directions: (1,0,0) (0,1,0) (0,0,1)\n" \
             "kinds: domain domain domain\nendian: little\nencoding: raw\nspace origin: (10,20,30)\n\n"
    with open("image.nrrd", "wb") as file:
        file.write(header.encode() + np.arange(24, dtype="<i2").tobytes())
    monai = tuple(int(v) for v in np.diag(LoadImage(reader="NrrdReader", image_only=True)("image.nrrd").affine)[:3])
    lps = np.diag(np.reshape(sitk.ReadImage("image.nrrd").GetDirection(), (3, 3)))
    itk = tuple(int(v) for v in lps * [-1, -1, 1])
    print(f"{name}: MONAI", *monai, end=", SimpleITK "); print(*itk)
    same &= itk == wanted and monai == (wanted if name == "left-posterior-superior" else (1, 1, 1))
sys.exit(not same)
PYTHON
