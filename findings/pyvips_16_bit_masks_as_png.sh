#!/usr/bin/env bash
# pyvips saves a grey array of 16 bits as a PNG of 8: values above 255 become 255, in silence, so that the cells from 256 on are one.
#
# Expected: Image.new_from_array(uint16).write_to_file("a.png") keeps the values, as it does for TIFF and for three channels, or refuses.
# Seen: new_from_array calls any array of one channel "b-w", of 8 bits, and PNG of "b-w" is cut to 8 bits at 255. int32
#   and floats are cut, too: fractions between 0 and 1 become 0 and 1.
#   bitdepth=16 keeps no number either: it first takes them as 8 bits, times 256. image.copy(interpretation="grey16") keeps all.
# Versions: Python 3.11, pyvips 3.2.0 with pyvips-binary 8.18.7, numpy 2.4.6, imagecodecs 2026.3.6, tifffile 2026.3.3. Output on 1 December 2026:
#   600 cells of uint16 as PNG: 8 bits, 255 cells have their numbers, the largest is 255
#   600 cells of uint16 as PNG, bitdepth=16: 16 bits, 0 cells have their numbers, the largest is 65535
#   600 cells of int32 as PNG: 8 bits, 255 cells have their numbers, the largest is 255
#   600 cells of uint16 as PNG, as grey16: 16 bits, 600 cells have their numbers, the largest is 600
#   600 cells of uint16 in three channels as PNG: 16 bits, 600 cells have their numbers, the largest is 600
#   600 cells of uint16 as TIFF: 16 bits, 600 cells have their numbers, the largest is 600
# For users: save numbers of objects as TIFF, or call the image grey16 first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  pyvips==3.2.0 pyvips-binary==8.18.7 numpy==2.4.6 imagecodecs==2026.3.6 tifffile==2026.3.3
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
from pathlib import Path
import imagecodecs, numpy as np, pyvips, tifffile

cells = np.zeros((50, 60), np.uint16)
cells[1::2, 1::2] = np.arange(1, 751).reshape(25, 30)
cells[cells > 600] = 0

def read(image, name="cells.png", **options):
    """The bits of the file, how many cells have their numbers, and the largest number."""
    image.write_to_file(name, **options)
    back = tifffile.imread(name) if name.endswith(".tif") else imagecodecs.png_decode(Path(name).read_bytes())
    kept = back.reshape(*cells.shape, -1)[..., 0]
    return 8 * back.itemsize, int(((kept == cells) & (cells > 0)).sum()), int(kept.max())

grey, several = pyvips.Image.new_from_array(cells), pyvips.Image.new_from_array(np.dstack([cells] * 3))
seen = {
    "uint16 as PNG": read(grey),
    "uint16 as PNG, bitdepth=16": read(grey, bitdepth=16),
    "int32 as PNG": read(pyvips.Image.new_from_array(cells.astype(np.int32))),
    "uint16 as PNG, as grey16": read(grey.copy(interpretation="grey16")),
    "uint16 in three channels as PNG": read(several),
    "uint16 as TIFF": read(grey, "cells.tif"),
}
for what, (bits, right, largest) in seen.items():
    print(f"600 cells of {what}: {bits} bits, {right} cells have their numbers, the largest is {largest}")
sys.exit([*seen.values()] != [(8, 255, 255), (16, 0, 65535), (8, 255, 255)] + [(16, 600, 600)] * 3)
PYTHON
