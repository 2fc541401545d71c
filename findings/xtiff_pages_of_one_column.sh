#!/usr/bin/env bash
# xtiff writes each row of an image as a page of one column, with versions of tifffile from 2024 on.
#
# Expected: an image of 3 channels of 8 x 9 pixels is written as an OME-TIFF of three pages of 8 x 9, as its OME description says.
# Seen: xtiff adds an axis of 1 for samples before it gives the image to tifffile. With tifffile 2023.9.26 the pages are right. With 2024.9.20
#   and 2026.3.3 the file has 24 pages of 9 x 1, still under the OME description of three planes of 8 x 9. Writing says nothing. tifffile reads an
#   array of (24, 9, 1), with a line in the log of what does not fit. No pixel is lost: reshaped, the array is the image.
# Versions: Python 3.11, xtiff 0.7.9, which asks for any tifffile, numpy 1.26.4. Output on 1 December 2026:
#   tifffile 2023.9.26: 3 pages of 8 x 9, read as (3, 8, 9)
#   tifffile 2024.9.20: 24 pages of 9 x 1, read as (24, 9, 1)
#   tifffile 2026.3.3: 24 pages of 9 x 1, read as (24, 9, 1)
# For users: read such files with tifffile.imread(path).reshape(shape), with the shape of the OME description; write with tifffile itself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
cat > write.py <<'PYTHON'
import sys
import numpy as np, tifffile, xtiff

image = np.arange(3 * 8 * 9, dtype=np.uint16).reshape(3, 8, 9)
xtiff.to_tiff(image, "image.ome.tiff")
with tifffile.TiffFile("image.ome.tiff") as file:
    rows, columns = file.pages[0].shape
    described = "SizeX=\"9\" SizeY=\"8\" SizeC=\"3\"" in file.ome_metadata
    read = file.series[0].asarray()
    print(f"tifffile {tifffile.__version__}: {len(file.pages)} pages of {rows} x {columns}, read as {read.shape}")
stated = (3, 8, 9) if tifffile.__version__ == "2023.9.26" else (24, 9, 1)
sys.exit(not (described and read.shape == stated and np.array_equal(read.reshape(image.shape), image)))
PYTHON
for version in 2023.9.26 2024.9.20 2026.3.3; do
    venv/bin/pip install --quiet --disable-pip-version-check xtiff==0.7.9 numpy==1.26.4 "tifffile==$version"
    venv/bin/python write.py 2> errors.txt || { cat errors.txt; exit 1; }
done
