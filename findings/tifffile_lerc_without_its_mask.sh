#!/usr/bin/env bash
# tifffile 2026.3.3 reads 0 where a TIFF compressed with LERC holds NaN, in silence; libtiff reads NaN from the same file.
#
# Expected: LERC keeps NaN as pixels that its mask calls invalid (Esri's lerc 3.0, pull request 147), and a reader of floats makes NaN of
#   these again, as libtiff does. imwrite(maps, compression="lerc") loses nothing where no level is given.
# Seen: imagecodecs.lerc_decode leaves the mask out unless it is asked for, and tifffile does not ask. What it wrote itself, and what libtiff
#   wrote, comes back with 0: a map of a tissue at 100, without values outside, has a mean of 69 then. All other values are exact.
# Versions: Python 3.11, tifffile 2026.3.3, imagecodecs 2026.3.6 (with libtiff), numpy 2.4.6. Output on 30 November 2026:
#   float32 written by tifffile: tifffile reads 0 NaN and 1280 zeros, libtiff 1280 NaN and 0 zeros
#   float64 written by tifffile: tifffile reads 0 NaN and 1280 zeros, libtiff 1280 NaN and 0 zeros
#   float32 written by libtiff: tifffile reads 0 NaN and 1280 zeros, libtiff 1280 NaN and 0 zeros
# For users: store maps with NaN by "zstd" or "zlib"; read LERC by imagecodecs.tiff_decode(bytes).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check tifffile==2026.3.3 imagecodecs==2026.3.6 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
from pathlib import Path
import imagecodecs, numpy as np, tifffile

def look(what, kind):
    """Numbers of NaN and of zeros that tifffile and libtiff read from the file, of which 1280 pixels are NaN and none is 0."""
    counts = []
    for values in (tifffile.imread("map.tif"), imagecodecs.tiff_decode(Path("map.tif").read_bytes())):
        assert values.dtype == kind and np.array_equal(values[20:], image[20:].astype(kind))
        counts += [int(np.isnan(values).sum()), int((values == 0).sum())]
    print("{} written by {}: tifffile reads {} NaN and {} zeros, libtiff {} NaN and {} zeros".format(kind, what, *counts))
    return counts

image = np.random.default_rng(0).normal(100, 5, (64, 64)).astype(np.float32)
image[:20] = np.nan
seen = []
for kind in ("float32", "float64"):
    tifffile.imwrite("map.tif", image.astype(kind), compression="lerc")
    seen.append(look("tifffile", kind))
Path("map.tif").write_bytes(imagecodecs.tiff_encode(image, compression="lerc"))
with tifffile.TiffFile("map.tif") as tiff:
    assert tiff.pages[0].compression == tifffile.COMPRESSION.LERC
seen.append(look("libtiff", "float32"))
sys.exit(seen != [[0, 1280, 1280, 0]] * 3)
PYTHON
