#!/usr/bin/env bash
# torchmetrics' adjusted Rand score of a large image is another number, in silence: 0.997 in place of 0.778 for 1024 x 1024 pixels.
#
# Expected: adjusted_rand_score is 1 for the same parts, near 0 for chance, and at least -0.5, whatever the size. Cells enlarged with their image keep
#   their score; scikit-learn's does.
# Seen: numbers of pairs of pixels, up to the fourth power of an image's side, are multiplied by each other as 64-bit integers and overflow: here
#   from 512 x 512 pixels on, sooner with fewer objects. The result may be any number, also a plausible one. rand_score, which only adds, is right. scikit-learn mended the same fault in
#   2021 (its pull request 20312); TorchDR left torchmetrics for it in September 2026 (its pull request 332).
# Versions: Python 3.11, torchmetrics 1.9.0, torch 2.13.0, scikit-learn 1.9.1, numpy 2.4.6. Output on 30 November 2026 (64 cells, moved down by
#   an eighth of a cell; torchmetrics and scikit-learn):
#   128 x 128: adjusted 0.777 and 0.777, plain 0.993 and 0.993
#   256 x 256: adjusted 0.778 and 0.778, plain 0.993 and 0.993
#   512 x 512: adjusted -0.97 and 0.778, plain 0.993 and 0.993
#   1024 x 1024: adjusted 0.997 and 0.778, plain 0.993 and 0.993
#   2048 x 2048: adjusted 1.219 and 0.778, plain 0.993 and 0.993
# For users: take scikit-learn's adjusted_rand_score. Some platforms get several GB of CUDA with torch.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torchmetrics==1.9.0 torch==2.13.0 scikit-learn==1.9.1 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import numpy as np, torch
from sklearn import metrics
from torchmetrics.functional.clustering import adjusted_rand_score, rand_score

def look(side):
    truth = np.arange(64).reshape(8, 8).repeat(side // 8, 0).repeat(side // 8, 1)
    pred = np.roll(truth, side // 64, 0)
    tensors = [torch.from_numpy(labels.ravel()) for labels in (pred, truth)]
    found = [round(float(function(*tensors)), 3) for function in (adjusted_rand_score, rand_score)]
    right = [round(float(function(truth.ravel(), pred.ravel())), 3) for function in (metrics.adjusted_rand_score, metrics.rand_score)]
    print(f"{side} x {side}: adjusted {found[0]} and {right[0]}, plain {found[1]} and {right[1]}")
    return found[0], right[0], found[1] == right[1]

seen = [look(side) for side in (128, 256, 512, 1024, 2048)]
sys.exit(seen != [(0.777, 0.777, True), (0.778, 0.778, True), (-0.97, 0.778, True), (0.997, 0.778, True), (1.219, 0.778, True)])
PYTHON
