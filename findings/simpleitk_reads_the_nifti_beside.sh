#!/usr/bin/env bash
# SimpleITK 2.5.7 reads the voxels of scan.nii when it is asked for scan.nii.gz, if both lie in one folder.
#
# Expected: a reader opens the file that it is given. Both names are valid NIfTI-1 files, and they may well be unlike, such as an image
#   and its resampled copy, or a mask before and after its correction.
# Seen: asked for scan.nii.gz, it takes spacing from that file and voxels from scan.nii, whichever was written last. No warning, no
#   error. nibabel reads each file whole.
# Versions: Python 3.11, SimpleITK 2.5.7 (ITK 5.4), nibabel 5.4.2, numpy 2.4.6. Output on 1 December 2026:
#   alone, scan.nii.gz: SimpleITK reads 2 of 1 mm, nibabel 2 of 1 mm
#   beside scan.nii, scan.nii.gz: SimpleITK reads 1 of 1 mm, nibabel 2 of 1 mm
#   beside scan.nii.gz, scan.nii: SimpleITK reads 1 of 3 mm, nibabel 1 of 3 mm
# For users: never unpack a NIfTI beside itself; give copies other names or folders.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check SimpleITK==2.5.7 nibabel==5.4.2 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
import nibabel, numpy as np, SimpleITK as sitk

def write(name, value, spacing_mm):
    nibabel.save(nibabel.Nifti1Image(np.full((4, 3, 2), value, np.uint8), np.diag([spacing_mm] * 3 + [1.0])), name)

def told(name):
    image, other = sitk.ReadImage(name), nibabel.load(name)
    by_itk = int(sitk.GetArrayFromImage(image).max()), round(image.GetSpacing()[0])
    by_nibabel = int(np.asarray(other.dataobj).max()), round(float(other.header.get_zooms()[0]))
    return by_itk, by_nibabel

write("scan.nii.gz", 2, 1.0)
seen = {"alone, scan.nii.gz": told("scan.nii.gz")}
write("scan.nii", 1, 3.0)
seen["beside scan.nii, scan.nii.gz"] = told("scan.nii.gz")
seen["beside scan.nii.gz, scan.nii"] = told("scan.nii")
for case, ((value, mm), (value_n, mm_n)) in seen.items():
    print(f"{case}: SimpleITK reads {value} of {mm} mm, nibabel {value_n} of {mm_n} mm")
sys.exit(list(seen.values()) != [((2, 1), (2, 1)), ((1, 1), (2, 1)), ((1, 3), (1, 3))])
PYTHON
