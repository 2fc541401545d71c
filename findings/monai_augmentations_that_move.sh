#!/usr/bin/env bash
# Two augmentations of MONAI 1.6.1 move the image where they should not: RandSimulateLowResolution and Rand2DElastic of magnitude 0.
#
# Expected: lowering the resolution blurs and leaves everything in its place (the label is not transformed along), and an elastic
#   deformation of magnitude 0 is the identity.
# Seen: RandSimulateLowResolution(d) with its default downsample_mode, nearest, shifts the image by 0.5 to 0.92 pixels towards the end
#   of each axis: interpolate's "nearest" takes the first pixel of each cell, the upsampling then puts it in the cell's middle. With
#   "nearest-exact" only zoom 0.5 shifts; with "area" and "bilinear" nothing does. Rand2DElastic with magnitude_range (0, 0)
#   upsamples absolute coordinates of its control grid and moves pixels by up to 0.048 times the spacing: 1.5 pixels at spacing 32.
# Versions: Python 3.11, monai 1.6.1, torch 2.13.0, numpy 2.4.6. Output on 28 November 2026:
#   low resolution, zoom 0.5 0.55 0.6 0.7 0.8 0.9
#   nearest: 0.50 0.91 0.84 0.73 0.64 0.56
#   nearest-exact: 0.50 0.00 0.00 0.00 0.00 0.00
#   area: 0.00 0.00 0.00 0.00 0.00 0.00
#   bilinear: 0.00 0.00 0.00 0.00 0.00 0.00
#   elastic, magnitude 0: 0.38 px at spacing 8, 0.77 px at spacing 16, 1.54 px at spacing 32, 3.08 px at spacing 64
# For users: give downsample_mode="area"; subtract the move of magnitude 0, or use an elastic transform that upsamples displacements.
#   Rand2DElasticd moves the label along, so there only the deformation is other than stated. torch may bring several GB of CUDA.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check monai==1.6.1 torch==2.13.0 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import torch
from monai.transforms import Rand2DElastic, RandSimulateLowResolution

rows, columns = torch.meshgrid(torch.arange(128.0), torch.arange(128.0), indexing="ij")
blob = torch.exp(-((rows - 63.5) ** 2 + (columns - 63.5) ** 2) / 200)[None]

def shift(mode, zoom):
    """How far the blob's centre of mass moves down, in pixels."""
    change = RandSimulateLowResolution(prob=1, downsample_mode=mode, upsample_mode="bilinear", zoom_range=(zoom, zoom))
    image = torch.as_tensor(change(blob))[0].double()
    return float((image * rows).sum() / image.sum()) - 63.5

def largest_move(spacing):
    change = Rand2DElastic(spacing=spacing, magnitude_range=(0, 0), prob=1, padding_mode="border", mode="bilinear")
    places = torch.stack([rows, columns])
    return float((torch.as_tensor(change(places)) - places).abs().max())

zooms, shifts = (0.5, 0.55, 0.6, 0.7, 0.8, 0.9), {}
print("low resolution, zoom", *zooms)
for mode in ("nearest", "nearest-exact", "area", "bilinear"):
    shifts[mode] = [shift(mode, zoom) for zoom in zooms]
    print(f"{mode}:", *(f"{abs(value):.2f}" for value in shifts[mode]))
moves = {spacing: largest_move(spacing) for spacing in (8, 16, 32, 64)}
print("elastic, magnitude 0:", ", ".join(f"{move:.2f} px at spacing {spacing}" for spacing, move in moves.items()))
same = min(shifts["nearest"]) > 0.49 and all(0.045 < move / spacing < 0.051 for spacing, move in moves.items())
sys.exit(not (same and all(abs(value) < 0.001 for mode in ("area", "bilinear") for value in shifts[mode])))
PYTHON
