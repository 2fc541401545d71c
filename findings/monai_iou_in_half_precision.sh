#!/usr/bin/env bash
# MONAI 1.6.1's mean IoU leaves out large objects in half precision: one that is half missed beside a perfect one scores 1, not 0.74.
#
# Expected: MeanIoU takes masks that are "binarized" and names no dtype. 0 and 1 are exact in float16. DiceMetric gives the same number
#   for masks of any dtype.
# Seen: compute_iou sums the masks in their own dtype. Above 65 504 pixels float16 holds infinity, and the IoU is NaN, which MONAI keeps for
#   empty masks and leaves out of the mean. If less than that is found of a larger object, its IoU is 0. bfloat16 rounds the sums to 8 bits.
# Versions: Python 3.11, monai 1.6.1, torch 2.13.0, numpy 2.4.6. Output on 30 November 2026 (an object of 400 x 400 pixels, of which 190 rows
#   are found, and one of 20 x 20, which is found whole; the mean, and how many objects it is of):
#   float32: IoU 0.7375 of 2, Dice 0.822 of 2
#   float16: IoU 1.0 of 1, Dice 0.822 of 2
#   bfloat16: IoU 0.7373 of 2, Dice 0.822 of 2
# For users: .float() or .bool() before the metric; look at get_not_nans. Some platforms get several GB of CUDA with torch.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check monai==1.6.1 torch==2.13.0 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import torch
from monai.metrics import DiceMetric, MeanIoU

large, small = torch.zeros(1, 1, 512, 512), torch.zeros(1, 1, 512, 512)
large[..., :400, :400], small[..., :20, :20] = 1, 1
missed = large.clone()
missed[..., 190:, :] = 0

def look(dtype):
    row = []
    for metric in (MeanIoU(get_not_nans=True), DiceMetric(get_not_nans=True)):
        for pred, truth in ((missed, large), (small, small)):
            metric(y_pred=pred.to(dtype), y=truth.to(dtype))
        row += [(round(float(value), 4), int(count)) for value, count in [metric.aggregate()]]
    (iou, of), (dice, beside) = row
    print(f"{str(dtype).removeprefix('torch.')}: IoU {iou} of {of}, Dice {dice} of {beside}")
    return row

seen = [look(dtype) for dtype in (torch.float32, torch.float16, torch.bfloat16)]
sys.exit(seen != [[(0.7375, 2), (0.822, 2)], [(1.0, 1), (0.822, 2)], [(0.7373, 2), (0.822, 2)]])
PYTHON
