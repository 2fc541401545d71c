#!/usr/bin/env bash
# torch's interpolate of a part of an image, with context enough, is not that part of the interpolated image when the factor is no power of two.
#
# Expected: with scale_factor given, output pixel 3 x has the same two or four neighbours and the same weights wherever a crop begins.
# Seen: positions are computed in 32-bit floats from the crop's own origin. With factors 2, 4 and 8 all is equal to the last bit; with 3 every
#   crop differs, by up to 1e-4 at column 3000 for values in 0 to 1.
# Versions: Python 3.11, torch 2.13.0. Output on 29 November 2026:
#   factor 2: 0 of 640 values differ
#   factor 3: 640 of 640 values differ
#   factor 4: 0 of 640 values differ
#   factor 8: 0 of 640 values differ
# For users: results of an image in blocks equal those of the whole image bit for bit only with factors that are powers of two.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
import torch
from torch.nn.functional import interpolate

image = torch.rand(1, 1, 1, 4096, generator=torch.Generator().manual_seed(0))

def differing(factor):
    def larger(part, mode):
        return interpolate(part, scale_factor=(1, factor), mode=mode, align_corners=False)
    count = 0
    for mode in ("bilinear", "bicubic"):
        whole = larger(image, mode)
        for start in (512, 1000, 1024, 2048, 3000):         # 64 columns, 16 more on either side
            part = larger(image[..., start - 16 : start + 80], mode)[..., 16 * factor : 80 * factor]
            kept = whole[..., start * factor : (start + 64) * factor]
            count += int((part != kept).reshape(64, factor).any(1).sum())
    return count

seen = {factor: differing(factor) for factor in (2, 3, 4, 8)}
for factor, count in seen.items():
    print(f"factor {factor}: {count} of 640 values differ")
sys.exit(not (seen[3] and not any(seen[factor] for factor in (2, 4, 8))))
PYTHON
