#!/usr/bin/env bash
# SimpleITK cuts off fractions of integers: resampling makes images darker by half a grey level, ten times by 5, a Gaussian in 3-D by 1.5.
#
# Expected: a result of the image's own type is the nearest number of that type, as SciPy's affine_transform gives. Some of SimpleITK's filters
#   round, such as BinShrink.
# Seen: Resample, BoxMean and Expand cut off. DiscreteGaussian cuts off after each axis, so the error grows with the
#   dimension. It is no noise that averages out: values above 0 become smaller and values below 0, such as lung in CT, larger.
# Versions: Python 3.11, SimpleITK 2.5.7, numpy 2.4.6, scipy 1.17.1. Output on 1 December 2026 (mean of a result as int16 less the mean as
#   floats, of values from 100 to 900, and of the same less 1000):
#   Resample, linear: -0.5, below 0: 0.5
#   Resample, B-spline: -0.5, below 0: 0.5
#   Resample, nearest neighbour: 0.0, below 0: 0.0
#   Resample, linear, ten times: -4.98, below 0: 4.97
#   BoxMean: -0.48, below 0: 0.48
#   Expand: -0.49, below 0: 0.49
#   BinShrink: 0.06, below 0: 0.06
#   DiscreteGaussian: -1.5, below 0: 1.5
#   SciPy's affine_transform, linear: 0.0
# For users: sitk.Cast to sitkFloat32 first, then round; a threshold at a whole number marks other voxels otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check SimpleITK==2.5.7 numpy==2.4.6 scipy==1.17.1
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
import numpy as np, SimpleITK as sitk
from scipy import ndimage

noise = np.random.default_rng(0).integers(100, 900, (40, 50, 60)).astype(np.int16)

def moved(image, interpolator=sitk.sitkLinear):
    place = [0.3, 0.4, 0.2]
    return sitk.Resample(image, [50, 40, 30], sitk.Transform(), interpolator, place, [1.1, 1.1, 1.1])

def often(image):
    for step in range(10):
        image = sitk.Resample(image, image, sitk.TranslationTransform(3, [0.4 * (-1) ** step] * 3), sitk.sitkLinear, 500)
    return image

FILTERS = {
    "Resample, linear": moved, "Resample, B-spline": lambda image: moved(image, sitk.sitkBSpline),
    "Resample, nearest neighbour": lambda image: moved(image, sitk.sitkNearestNeighbor), "Resample, linear, ten times": often,
    "BoxMean": lambda image: sitk.BoxMean(image, [1, 1, 1]), "Expand": lambda image: sitk.Expand(image, [2, 2, 2]),
    "BinShrink": lambda image: sitk.BinShrink(image, [2, 2, 2]), "DiscreteGaussian": lambda image: sitk.DiscreteGaussian(image, 2.0),
}

def bias(used, values):
    whole, float_ = (sitk.GetArrayFromImage(used(sitk.GetImageFromArray(one))) for one in (values, values.astype(np.float64)))
    assert whole.dtype == values.dtype, whole.dtype
    return round(float((whole - float_).mean()), 2) + 0.0

seen = {}
for name, used in FILTERS.items():
    seen[name] = bias(used, noise), bias(used, (noise - 1000).astype(np.int16))
    print(f"{name}: {seen[name][0]}, below 0: {seen[name][1]}")
place = [ndimage.affine_transform(one, [1.1] * 3, offset=[0.2, 0.4, 0.3], output_shape=(30, 40, 50), order=1)
         for one in (noise, noise.astype(np.float64))]
print("SciPy's affine_transform, linear:", scipy := round(float((place[0] - place[1]).mean()), 2) + 0.0)
sys.exit([*seen.values(), scipy] != [(-0.5, 0.5), (-0.5, 0.5), (0, 0), (-4.98, 4.97), (-0.48, 0.48), (-0.49, 0.49), (0.06, 0.06), (-1.5, 1.5), 0])
PYTHON
