#!/usr/bin/env bash
# SimpleITK's median of a label comes from 128 bins over the whole image: with one hot pixel, cells of 301 and 500 have the same one.
#
# Expected: LabelIntensityStatisticsImageFilter.GetMedian is the median of the intensities of a label, as GetMean beside it is the mean.
# Seen: the filter sorts pixels into NumberOfBins bins between the smallest and the largest value of the image, labels or not, and gives the
#   middle of a bin. SimpleITK sets 128 bins for every type of pixel. ITK takes a bin for each value of 8 and 16 bits since its issue
#   2482 (2021), which SimpleITK's own default undoes. LabelStatisticsImageFilter does the same with 256 bins. Mean and deviation are right.
# Versions: Python 3.11, SimpleITK 2.5.7, numpy 2.4.6. Output on 1 December 2026 (two cells of 256 pixels):
#   NumPy: 301.0 500.0
#   as it is: LabelIntensityStatistics 299.3 and 498.5, LabelStatistics 300.3 and 499.5
#   one pixel of 65535 outside both: LabelIntensityStatistics 318.8 and 318.8, LabelStatistics 190.9 and 446.6
#   the same with 65536 bins: LabelIntensityStatistics 301.0 and 500.0
#   the same, means: LabelIntensityStatistics 301.4 and 500.8
# For users: SetNumberOfBins(65536), or numpy.median(image[labels == label]). In CT one voxel of metal does what the hot pixel does here.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check SimpleITK==2.5.7 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
import numpy as np, SimpleITK as sitk

rng = np.random.default_rng(0)
image, labels = rng.poisson(100, (64, 64)).astype(np.uint16), np.zeros((64, 64), np.uint8)
for label, brightness in ((1, 300), (2, 500)):
    place = slice(16, 32), slice(24 * label - 16, 24 * label)
    labels[place], image[place] = label, rng.poisson(brightness, (16, 16))
hot = image.copy()
hot[0, 0] = 65535
truth = [float(np.median(image[labels == label])) for label in (1, 2)]

def of_objects(pixels, bins=None, which="GetMedian"):
    filtered = sitk.LabelIntensityStatisticsImageFilter()
    if bins:
        filtered.SetNumberOfBins(bins)
    filtered.Execute(sitk.GetImageFromArray(labels), sitk.GetImageFromArray(pixels))
    return [round(getattr(filtered, which)(label), 1) for label in (1, 2)]

def of_labels(pixels):
    filtered = sitk.LabelStatisticsImageFilter()
    filtered.Execute(sitk.GetImageFromArray(pixels), sitk.GetImageFromArray(labels))
    return [round(filtered.GetMedian(label), 1) for label in (1, 2)]

def show(name, first, second=None):
    text = "{} and {}".format
    print(f"{name}: LabelIntensityStatistics {text(*first)}" + (f", LabelStatistics {text(*second)}" if second else ""))
    return first + (second or [])

print("NumPy:", *truth)
seen = [show("as it is", of_objects(image), of_labels(image)), show("one pixel of 65535 outside both", of_objects(hot), of_labels(hot)),
        show("the same with 65536 bins", of_objects(hot, 65536)), show("the same, means", of_objects(hot, which="GetMean"))]
sys.exit(truth != [301, 500] or seen != [[299.3, 498.5, 300.3, 499.5], [318.8, 318.8, 190.9, 446.6], [301, 500], [301.4, 500.8]])
PYTHON
