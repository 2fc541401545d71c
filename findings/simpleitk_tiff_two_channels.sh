#!/usr/bin/env bash
# SimpleITK 2.5.7 reads a TIFF of two channels as one image in which the channels alternate from column to column, cut in half.
#
# Expected: TIFF 6.0, SamplesPerPixel = 2 with ExtraSamples: grey and one more sample, pixel by pixel (PlanarConfiguration 1). A reader
#   gives two components, as ITK does for three and four, or refuses. Half floats (SampleFormat 3, 16 bits) likewise.
# Seen: one component and the right width, but its columns are first, second, first, second channel of the left half of each row; the
#   right half is lost. For 8 and 16 bits and float32. A float16 image comes back as uint16 of the bit patterns: 1.0 reads as 15360.
#   No warning, no error, and a plausible picture. tifffile reads all of them right.
# Versions: Python 3.11, SimpleITK 2.5.7 (ITK 5.4), tifffile 2026.3.3, numpy 2.4.6. Output on 28 November 2026:
#   uint8 of channels 1 2 3 4 and 101 102 103 104: 1 component [1, 101, 2, 102]
#   uint16 of channels 1 2 3 4 and 101 102 103 104: 1 component [1, 101, 2, 102]
#   float32 of channels 1 2 3 4 and 101 102 103 104: 1 component [1.0, 101.0, 2.0, 102.0]
#   float16 of 0 1 2 3: uint16 [0, 15360, 16384, 16896]
# For users: microscopes write two-channel pixels; read TIFF with tifffile and hand SimpleITK the array.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check SimpleITK==2.5.7 tifffile==2026.3.3 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
import numpy as np, SimpleITK as sitk, tifffile

def read(array, **options):
    tifffile.imwrite("image.tif", array, photometric="minisblack", **options)
    assert (tifffile.imread("image.tif") == array).all()
    image = sitk.ReadImage("image.tif")
    return image.GetNumberOfComponentsPerPixel(), sitk.GetArrayFromImage(image)

same = True
for kind in ("uint8", "uint16", "float32"):
    one = np.tile([1, 2, 3, 4], (3, 1))
    parts, seen = read(np.stack([one, one + 100], -1).astype(kind), planarconfig="contig", extrasamples=["unspecified"])
    print(f"{kind} of channels 1 2 3 4 and 101 102 103 104: {parts} component {seen[0].tolist()}")
    same &= parts == 1 and seen.shape == (3, 4) and (seen == [1, 101, 2, 102]).all()
_, seen = read(np.tile([0, 1, 2, 3], (3, 1)).astype("float16"))
print(f"float16 of 0 1 2 3: {seen.dtype} {seen[0].tolist()}")
sys.exit(not (same and seen.dtype == np.uint16 and (seen == [0, 15360, 16384, 16896]).all()))
PYTHON
