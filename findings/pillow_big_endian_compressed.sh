#!/usr/bin/env bash
# Pillow 13.0.0 reads compressed big-endian TIFFs of int16, int32 and float32 with their bytes swapped, in silence.
#
# Expected: TIFF 6.0 (section 2, image file header): "MM" files hold all numbers with the most significant byte first, pixels too,
#   before compression as without it.
# Seen: without compression Pillow is right; with Deflate, LZW or PackBits 1 becomes 256 (int16), 16777216 (int32) or 4.6e-41 (float32).
#   uint16 is right either way; for uint32 the big-endian file is refused. tifffile and SimpleITK read all of them right.
# Versions: Python 3.11, pillow 13.0.0, tifffile 2026.3.3, imagecodecs 2026.3.6, SimpleITK 2.5.7. Output on 28 November 2026:
#   int16: plain 1, zlib 256, lzw 256, packbits 256
#   int32: plain 1, zlib 16777216, lzw 16777216, packbits 16777216
#   float32: plain 1.0, zlib 4.600602988224807e-41, lzw 4.600602988224807e-41, packbits 4.600602988224807e-41
#   uint16: plain 1, zlib 1, lzw 1, packbits 1
# For users: ImageJ on Java and old workstations write "MM". Read scientific TIFFs with tifffile; a height map or label image that
#   jumps to millions is the sign.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 tifffile==2026.3.3 imagecodecs==2026.3.6 SimpleITK==2.5.7 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
import numpy as np, SimpleITK as sitk, tifffile
from PIL import Image

swapped = {"int16": 256, "int32": 16777216, "float32": 4.600602988224807e-41, "uint16": 1}
same = True
for kind, wrong in swapped.items():
    array = np.arange(1, 13).reshape(3, 4).astype(np.dtype(kind).newbyteorder(">"))
    first = {}
    for name in ("plain", "zlib", "lzw", "packbits"):
        tifffile.imwrite("image.tif", array, byteorder=">", compression=None if name == "plain" else name, photometric="minisblack")
        assert open("image.tif", "rb").read(2) == b"MM" and (tifffile.imread("image.tif") == array).all()
        assert (sitk.GetArrayFromImage(sitk.ReadImage("image.tif")) == array).all()
        first[name] = np.asarray(Image.open("image.tif")).ravel()[0].item()
        same &= first[name] == (1 if name == "plain" else wrong)
    print(f"{kind}:", ", ".join(f"{name} {value}" for name, value in first.items()))
sys.exit(not same)
PYTHON
