#!/usr/bin/env bash
# tinybrain 1.7.0 halves 3-D labels to others than they are, where the array lies in memory as NumPy lays it by default.
#
# Expected: downsample_segmentation "requires ... a 3d or 4d numpy array" and picks "the most frequent pixel in a patch": where a block of
#   2 x 2 x 2 has one label only, that label. Its text names no order in memory. downsample_with_averaging copies arrays into the order it needs.
# Seen: factor (2, 2, 2) takes every array for one in Fortran's order. In C order, and of a view with other strides, it mixes labels of
#   far blocks: two thirds of the voxels are wrong, in the right shape and without a word. Factors (2, 2, 1) and (4, 4, 4), which other code
#   computes, are right in every order.
# Versions: Python 3.11, tinybrain 1.7.0, numpy 2.4.6. Output on 30 November 2026 (3 labels at random in blocks of 4 x 4 x 4; wrong voxels):
#   C order: (2, 2, 2) 3838 of 5760, (2, 2, 1) 0, (4, 4, 4) 0
#   Fortran's order: (2, 2, 2) 0 of 5760, (2, 2, 1) 0, (4, 4, 4) 0
#   axes moved: (2, 2, 2) 3760 of 5760, (2, 2, 1) 0, (4, 4, 4) 0
# For users: numpy.asfortranarray(labels) before.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check tinybrain==1.7.0 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
import numpy as np, tinybrain

blocks = np.random.default_rng(0).integers(1, 4, (8, 9, 10)).astype(np.uint32)
labels = blocks.repeat(4, 0).repeat(4, 1).repeat(4, 2)          # 32 x 36 x 40, one label in each block of 4 x 4 x 4

def wrong(array, factor):
    [smaller] = tinybrain.downsample_segmentation(array, factor, num_mips=1)
    right = labels[tuple(slice(None, None, step) for step in factor)]
    assert smaller.shape == right.shape and np.array_equal(array, labels)
    return int(np.count_nonzero(smaller != right))

def look(name, array):
    halved, flat, quartered = (wrong(array, factor) for factor in ((2, 2, 2), (2, 2, 1), (4, 4, 4)))
    print(f"{name}: (2, 2, 2) {halved} of 5760, (2, 2, 1) {flat}, (4, 4, 4) {quartered}")
    return halved, flat, quartered

moved = np.ascontiguousarray(labels.transpose(1, 2, 0)).transpose(2, 0, 1)
seen = [look("C order", np.ascontiguousarray(labels)), look("Fortran's order", np.asfortranarray(labels)), look("axes moved", moved)]
sys.exit(seen != [(3838, 0, 0), (0, 0, 0), (3760, 0, 0)])
PYTHON
