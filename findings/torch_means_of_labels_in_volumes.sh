#!/usr/bin/env bash
# torch's mean of each label in a CT-sized volume is 512 or 328 in place of 300: scatter_reduce and bincount add up in float32, one by one.
#
# Expected: the mean of the voxels of a label, as x[labels == k].mean() gives it. The pages of scatter_reduce (reduce="mean"), bincount and
#   index_add name no limit on the number of values.
# Seen: sum() and mean() add in pairs and stay exact. The functions that sort values into labels add one voxel after another to a float32.
#   Between 2^32 and 2^33 its steps are 512, so each voxel of 300 counts as 512; at 2^33 it stands still. scatter_reduce counts in float32, too, up
#   to 2^24 voxels: 2^33 / 2^24 = 512. Volumes of 16 slices are 0.8% off. Small labels are right, so a check on small objects
#   shows nothing. (That scatter_add stops counting at 2^24 is torch's issue 124783, open since 2024.)
# Versions: Python 3.11, torch 2.13.0 on a CPU, numpy 2.4.6. Output on 1 December 2026 (values of mean 300 and deviation 20, mean of label 0):
#   4 slices: masked mean 300.0, scatter_reduce 300.0, bincount 300.0, index_add 300.0, index_add, float64 300.0
#   16 slices: masked mean 300.0, scatter_reduce 297.6, bincount 297.6, index_add 297.6, index_add, float64 300.0
#   100 slices: masked mean 300.0, scatter_reduce 512.0, bincount 328.0, index_add 328.0, index_add, float64 300.0
# For users: .double() before, or numpy.bincount and scipy.ndimage.mean, which add in float64.
#   The script takes 1 GB of memory; some platforms get several GB of CUDA with torch.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import numpy as np, torch

def look(slices):
    """Means of the labels 0 (nearly all voxels) and 1 (256 voxels a slice) of a volume of slices of 512 x 512."""
    values = torch.from_numpy(np.random.default_rng(0).normal(300, 20, slices * 512 * 512).astype(np.float32))
    labels = torch.zeros((slices, 512, 512), dtype=torch.int64)
    labels[:, :16, :16] = 1
    labels = labels.flatten()
    counts = torch.bincount(labels)
    means = {
        "masked mean": torch.stack([values[labels == label].mean() for label in (0, 1)]),
        "scatter_reduce": torch.zeros(2).scatter_reduce_(0, labels, values, "mean", include_self=False),
        "bincount": torch.bincount(labels, weights=values) / counts,
        "index_add": torch.zeros(2).index_add_(0, labels, values) / counts,
        "index_add, float64": torch.zeros(2, dtype=torch.float64).index_add_(0, labels, values.double()) / counts,
    }
    print(f"{slices} slices:", ", ".join(f"{name} {float(mean[0]):.1f}" for name, mean in means.items()))
    assert all(abs(float(mean[1] - means["masked mean"][1])) < 0.01 for mean in means.values())
    return [round(float(mean[0]), 1) for mean in means.values()]

seen = [look(slices) for slices in (4, 16, 100)]
sys.exit(seen != [[300] * 5, [300, 297.6, 297.6, 297.6, 300], [300, 512, 328, 328, 300]])
PYTHON
