#!/usr/bin/env bash
# tifffile 2026.3.3 leaves out the last page of a TIFF that names ScanImage's older versions, in silence.
#
# Expected: the chain of directories of a TIFF tells how many pages it has, here 6; Pillow and libtiff read 6.
# Seen: of a file that is no BigTIFF and whose Software or ImageDescription names ScanImage, tifffile computes where the pages lie from
#   the distance of the first ones. It counts up to the length of the file less one such distance, and leaves out that place itself, so a
#   file that ends with its last page has one page less: 5 of 6, 99 of 100. With is_scanimage=False it reads the chain, and all.
# Versions: Python 3.11, tifffile 2026.3.3, pillow 13.0.0, imagecodecs 2026.3.6, numpy 2.4.6. Output on 30 November 2026:
#   6 pages written: tifffile 5, tifffile with is_scanimage=False 6, Pillow 6
#   100 pages written: tifffile 99, tifffile with is_scanimage=False 100, Pillow 100
#   6 pages written as BigTIFF: tifffile 6, tifffile with is_scanimage=False 6, Pillow 6
# For users: pass is_scanimage=False for files below 2 GiB, beyond which older versions of ScanImage broke their own chain.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 tifffile==2026.3.3 imagecodecs==2026.3.6 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
import numpy as np
import tifffile
from PIL import Image

same = True
for pages, big in ((6, False), (100, False), (6, True)):
    with tifffile.TiffWriter("a.tif", bigtiff=big) as writer:
        for number in range(pages):
            page = np.full((24, 40), number, np.int16)
            writer.write(page, metadata=None, software="SI.VERSION_MAJOR = 2014", description="scanimage.SI.VERSION_MAJOR = '2014'")
    with tifffile.TiffFile("a.tif") as guessed, tifffile.TiffFile("a.tif", is_scanimage=False) as walked, Image.open("a.tif") as picture:
        seen = len(guessed.pages), len(walked.pages), picture.n_frames
        same &= int(walked.pages[pages - 1].asarray().max()) == pages - 1
    kind = " as BigTIFF" if big else ""
    print(f"{pages} pages written{kind}: tifffile {seen[0]}, tifffile with is_scanimage=False {seen[1]}, Pillow {seen[2]}")
    same &= seen == (pages - (not big), pages, pages)
sys.exit(not same)
PYTHON
