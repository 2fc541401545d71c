#!/usr/bin/env bash
# The same image written as OME-Zarr by ngio 1.1.3 and by ome-zarr 0.18.0: level k lies (2^k - 1) / 2 pixels apart.
#
# Expected: the levels of one pyramid show the same object at the same place, each by its own scale and translation.
# Seen: ome-zarr writes a translation of (2^k - 1) / 2 pixels with level k, for the middle of a block of pixels lies there (its pull
#   request 590, 2026); ngio writes a scale only. Where an index is taken for the middle of its pixel, ngio's blob wanders by 0.5, 1.5,
#   3.5 pixels up and left; where it is taken for the corner, ome-zarr's wanders as far down and right. OME-Zarr 0.4 and 0.5 allow a
#   translation and ask for none, so both files are valid.
#   With consolidation_mode "coarsen" and an odd size ngio leaves out the odd last row but states a scale of 61 / 30, which moves it once more.
# Versions: Python 3.11, ngio 1.1.3, ome-zarr 0.18.0, zarr 3.1.6, dask 2026.8.0, numpy 2.4.6. Output on 28 November 2026:
#   ome-zarr, 128 rows: 0.0 0.0 0.0 0.0
#   ngio, 128 rows: 0.0 -0.5 -1.5 -3.5
#   ngio with coarsen, 61 rows: 0.0 0.0 -1.0 -0.9
# For users: a segmentation computed on level 2 and laid over level 0, or a layer of one writer over one of the other, is off by pixels.
#   Take positions from level 0, or add the translation yourself where a level has none.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ngio==1.1.3 ome-zarr==0.18.0 zarr==3.1.6 dask==2026.8.0 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import ngio, numpy as np, zarr
from ome_zarr.writer import write_image

def wandering(middle):
    """How far the blob's centre of mass lies below its place, in level 0 pixels, level by level, taking an index for a pixel's middle."""
    group = zarr.open_group("image.zarr", mode="r"); attributes = dict(group.attrs); moved = []
    for level in attributes.get("ome", attributes)["multiscales"][0]["datasets"]:
        steps = {step["type"]: step[step["type"]] for step in level["coordinateTransformations"]}
        pixels = group[level["path"]][:].astype(float); rows = np.arange(len(pixels))
        index = (pixels.sum(1) * rows).sum() / pixels.sum()
        moved.append(round(index * steps["scale"][0] + steps.get("translation", [0])[0] - middle, 1) + 0.0)
    return moved

def blob(size):
    rows, columns = np.mgrid[:size, :size]; middle = (size - 1) / 2 + 3
    return (60000 * np.exp(-((rows - middle) ** 2 + (columns - middle) ** 2) / 60)).astype("uint16"), middle

even, middle = blob(128); odd, lower = blob(61)
write_image(even, zarr.open_group("image.zarr", mode="w"), axes="yx", scale_factors=[2, 4, 8]); first = wandering(middle)
ngio.create_ome_zarr_from_array("image.zarr", even, pixelsize=1.0, levels=4, overwrite=True); second = wandering(middle)
ngio.create_ome_zarr_from_array("image.zarr", odd, pixelsize=1.0, levels=4, overwrite=True, consolidation_mode="coarsen"); third = wandering(lower)
print("ome-zarr, 128 rows:", *first); print("ngio, 128 rows:", *second); print("ngio with coarsen, 61 rows:", *third)
sys.exit(first != [0, 0, 0, 0] or second != [0, -0.5, -1.5, -3.5] or third != [0, 0, -1, -0.9])
PYTHON
