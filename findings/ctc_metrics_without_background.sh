#!/usr/bin/env bash
# py-ctcmetrics 1.3.3 gives wrong SEG scores where cells leave no background, and SEG 0 for a perfect result with numbers above 32767.
#
# Expected: SEG is the mean over all cells of the truth of the Jaccard index with the cell of the result that covers more than half of it, 0
#   where none does (Cell Tracking Challenge, evaluation methodology). Label 0 is the background; a frame need not hold any.
# Seen: match() takes the least label of a mask for the background, also where it is a cell. In a truth that cells cover wholly the first
#   cell is not scored: a result that lacks it gets 1. In a result without background its first cell is thrown away. Before, match()
#   adds the largest label of the truth to the result in place: 40001 and more in both do not fit into 16 bits, wrap, and nothing
#   matches. There is no warning. DET and TRA build on the same match().
# Versions: Python 3.11, py-ctcmetrics 1.3.3, scikit-learn 1.9.1, tifffile 2026.3.3, numpy 2.4.6. Output on 30 November 2026:
#   truth without background, one of its 4 cells missed: SEG 0.75 by definition, 1.00 by py-ctcmetrics
#   result without background, one of 3 cells twice as large: SEG 0.83 by definition, 0.67 by py-ctcmetrics
#   the first, with a row of background around both: SEG 0.75 by definition, 0.75 by py-ctcmetrics
#   perfect result, cells numbered from 1: SEG 1.00 by definition, 1.00 by py-ctcmetrics
#   perfect result, cells numbered from 40001: SEG 1.00 by definition, 0.00 by py-ctcmetrics
# For users: number cells from 1, and before scoring put one row of background around truth and result.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check py-ctcmetrics==1.3.3 scikit-learn==1.9.1 pandas==3.1.1 scipy==1.17.1 \
  tifffile==2026.3.3 imagecodecs==2026.3.6 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import contextlib, io, sys
from pathlib import Path
import numpy as np, tifffile
from ctc_metrics.scripts.evaluate import evaluate_sequence

def definition(truth, result):
    scores = []
    for cell in (truth == label for label in np.unique(truth) if label):
        others = [result == label for label in np.unique(result[cell]) if label]
        scores.append(max([(cell & other).sum() / (cell | other).sum() for other in others if 2 * (cell & other).sum() > cell.sum()], default=0))
    return float(np.mean(scores))

def package(truth, result):
    for part, name, image in (("gt/SEG", "man_seg000.tif", truth), ("gt/TRA", "man_track000.tif", truth), ("res", "mask000.tif", result)):
        Path(part).mkdir(parents=True, exist_ok=True)
        tifffile.imwrite(f"{part}/{name}", image)
    for path, image in (("gt/TRA/man_track.txt", truth), ("res/res_track.txt", result)):
        Path(path).write_text("".join(f"{label} 0 0 0\n" for label in np.unique(image) if label))
    with contextlib.redirect_stdout(io.StringIO()):
        return evaluate_sequence("res", "gt", ["SEG"], threads=1)["SEG"]

four = np.kron(np.array([[1, 2], [3, 4]], np.uint16), np.ones((10, 10), np.uint16))
three = np.where(four == 4, 0, four).astype(np.uint16)
high = np.where(three, three + 40000, 0).astype(np.uint16)
missed = np.where(four == 1, 0, four).astype(np.uint16)
seen = []
for what, truth, result in (
    ("truth without background, one of its 4 cells missed", four, missed),
    ("result without background, one of 3 cells twice as large", three, np.where(four == 4, 1, four).astype(np.uint16)),
    ("the first, with a row of background around both", np.pad(four, 1), np.pad(missed, 1)),
    ("perfect result, cells numbered from 1", three, three),
    ("perfect result, cells numbered from 40001", high, high),
):
    seen.append((round(definition(truth, result), 2), round(package(truth, result), 2)))
    print(f"{what}: SEG {seen[-1][0]:.2f} by definition, {seen[-1][1]:.2f} by py-ctcmetrics")
sys.exit(seen != [(0.75, 1.0), (0.83, 0.67), (0.75, 0.75), (1.0, 1.0), (1.0, 0.0)])
PYTHON
