#!/usr/bin/env bash
# One mask pair, four libraries, "the" Hausdorff distance: 9, 10, 1 and 1 pixels.
#
# Expected: the Hausdorff distance of two masks, a segmentation metric that papers quote without more words.
# Seen: a square of 21 pixels, and the same with its middle pixel missing. MONAI 1.6.1 measures between border pixels, a hole's
#   border included, so one missing pixel counts as deep as it lies in the object: 9. surface-distance 0.1 measures between the borders'
#   corner points: 10. SimpleITK 2.5.7 and scikit-image 0.26.0 measure between the sets of pixels: 1. Without the hole, and
#   with a spur of 7 pixels on the outside in its place, all four agree.
# Versions: Python 3.11, monai 1.6.1, torch 2.13.0, surface-distance 0.1, SimpleITK 2.5.7, scikit-image 0.26.0, scipy 1.17.1.
# Output on 28 November 2026:
#   spur of 7 pixels: MONAI 7, surface-distance 7, SimpleITK 7, scikit-image 7
#   one pixel missing: MONAI 9, surface-distance 10, SimpleITK 1, scikit-image 1
# For users: name the library beside the number; fill holes first where they do not matter. Some platforms get several GB of CUDA with torch.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check monai==1.6.1 torch==2.13.0 surface-distance==0.1 \
  SimpleITK==2.5.7 scikit-image==0.26.0 scipy==1.17.1 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import numpy as np, SimpleITK as sitk, surface_distance, torch
from monai.metrics import compute_hausdorff_distance
from skimage.metrics import hausdorff_distance

def four(name, first, second):
    tensors = [torch.from_numpy(mask[None, None].astype("f4")) for mask in (first, second)]
    distances = surface_distance.compute_surface_distances(first, second, (1, 1))
    filtered = sitk.HausdorffDistanceImageFilter()
    filtered.Execute(*(sitk.GetImageFromArray(mask.astype("u1")) for mask in (first, second)))
    values = {"MONAI": float(compute_hausdorff_distance(*tensors, include_background=True)),
              "surface-distance": float(surface_distance.compute_robust_hausdorff(distances, 100)),
              "SimpleITK": filtered.GetHausdorffDistance(), "scikit-image": float(hausdorff_distance(first, second))}
    print(f"{name}:", ", ".join(f"{library} {value:g}" for library, value in values.items()))
    return list(values.values())

square = np.zeros((41, 41), bool)
square[10:31, 10:31] = True
spur, hole = square.copy(), square.copy()
spur[31:38, 18:23] = True
hole[20, 20] = False
same = four("spur of 7 pixels", square, spur) == [7] * 4
same &= four("one pixel missing", square, hole) == [9, 10, 1, 1]
sys.exit(not same)
PYTHON
