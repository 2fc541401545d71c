#!/usr/bin/env bash
# An NRRD that states "axis mins" and "axis maxs" gets the right origin and the wrong spacing from SimpleITK 2.5.7 (ITK 5.4).
#
# Expected: the NRRD definition (teem, format.html, "axis mins", "axis maxs") makes the two ends of an axis a full statement of where
#   its samples are: with cell centring, 2 samples from 10 to 14 lie at 11 and 13, so their spacing is 2.
# Seen: the origin is 11, half of that spacing inside the lower end, so the ends were read; but the reported spacing is 1. Lengths,
#   areas and volumes come out wrong (here 24 times too small), and only the first sample is where the file says. No warning.
#   The same grid stated by "spacings" instead of "axis maxs" is right.
# Versions: Python 3.11, SimpleITK 2.5.7, numpy 2.4.6. Output on 28 November 2026:
#   axis maxs: origin (11.0, 21.5, 32.0), spacing (1.0, 1.0, 1.0), last sample at (12.0, 23.5, 35.0)
#   spacings: origin (11.0, 21.5, 32.0), spacing (2.0, 3.0, 4.0), last sample at (13.0, 27.5, 44.0)
# For users: where a header has no "spacings" and no "space directions", compute the spacing from the two ends yourself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check SimpleITK==2.5.7 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
import numpy as np
import SimpleITK as sitk

def geometry(field):
    header = ["NRRD0004", "type: short", "dimension: 3", "sizes: 2 3 4", "axis mins: 10 20 30", field,
              "centerings: cell cell cell", "endian: little", "encoding: raw"]
    with open("image.nrrd", "wb") as file:
        file.write("\n".join(header).encode() + b"\n\n" + np.arange(24, dtype="<i2").tobytes())
    image = sitk.ReadImage("image.nrrd")
    last = image.TransformIndexToPhysicalPoint((1, 2, 3))
    print(f"{field.split(':')[0]}: origin {image.GetOrigin()}, spacing {image.GetSpacing()}, last sample at {last}")
    return image.GetOrigin(), image.GetSpacing()

origin = (11.0, 21.5, 32.0)
ends = geometry("axis maxs: 14 29 46")
steps = geometry("spacings: 2 3 4")
sys.exit(ends != (origin, (1.0, 1.0, 1.0)) or steps != (origin, (2.0, 3.0, 4.0)))
PYTHON
