#!/usr/bin/env bash
# tifffile mixes the channels of boolean masks that lie side by side: 43% of the values are others when it or GDAL reads the file.
#
# Expected: TIFF 6.0, section 8, "PlanarConfiguration": with 1 "the component values for each pixel are stored contiguously", as RGBRGBRGB.
#   imwrite stores arrays of bool with one bit a sample, and imread gives back what imwrite got. So it does for one channel and for planes.
# Seen: where the channels come last and share a plane (photometric="rgb", or planarconfig="contig"), the writer packs 8 pixels of the first
#   channel into a byte, then the same 8 pixels of the next. Readers take the bits pixel by pixel: shape, type and number of bytes are
#   right, the masks are not, with any compression and in OME-TIFF, too, and without a warning.
# Versions: Python 3.11, tifffile 2026.3.3, imagecodecs 2026.3.6, rasterio 1.4.4 (GDAL), numpy 2.4.6.
# Output on 1 December 2026 (64 x 64 pixels, each of one of three classes; wrong values, and pixels of no, 1, 2 and 3 classes):
#   rgb: tifffile 43% wrong, [1232, 1786, 924, 154]; GDAL 43% wrong, [1232, 1786, 924, 154]
#   rgb, zlib: tifffile 43% wrong, [1232, 1786, 924, 154]; GDAL 43% wrong, [1232, 1786, 924, 154]
#   three planes: tifffile 0% wrong, [0, 4096, 0, 0]; GDAL 0% wrong, [0, 4096, 0, 0]
#   rgb, uint8: tifffile 0% wrong, [0, 4096, 0, 0]; GDAL 0% wrong, [0, 4096, 0, 0]
#   rgb, taken as 8 pixels of a channel in each byte: 0% wrong
# For users: masks.astype("uint8"), or channels first with planarconfig="separate". Files that were written are not lost: the last line of
#   the output unpacks them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check tifffile==2026.3.3 imagecodecs==2026.3.6 rasterio==1.4.4 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import numpy as np, rasterio, tifffile

classes = np.random.default_rng(0).integers(0, 3, (64, 64))
masks = classes[..., None] == np.arange(3)                      # H W C, one channel true in each pixel

def told(read):
    wrong, number = round(float((read != masks).mean()), 2), np.bincount(read.sum(-1).ravel(), minlength=4).tolist()
    return f"{wrong:.0%} wrong, {number}"

def look(name, array, **options):
    tifffile.imwrite("masks.tif", array, **options)
    first = tifffile.imread("masks.tif").astype(bool)
    with rasterio.open("masks.tif") as file:
        second = np.moveaxis(file.read(), 0, -1).astype(bool)
    texts = told(first if first.shape == masks.shape else np.moveaxis(first, 0, -1)), told(second)
    print(f"{name}: tifffile {texts[0]}; GDAL {texts[1]}")
    return texts

mixed, right = "43% wrong, [1232, 1786, 924, 154]", "0% wrong, [0, 4096, 0, 0]"
same = look("rgb", masks, photometric="rgb") == (mixed, mixed)
with tifffile.TiffFile("masks.tif") as file:
    page = file.pages[0]
    assert (page.bitspersample, page.samplesperpixel, page.databytecounts) == (1, 3, (1536,))
    file.filehandle.seek(page.dataoffsets[0])
    packed = np.frombuffer(file.filehandle.read(1536), np.uint8).reshape(64, 8, 3)
same &= look("rgb, zlib", masks, photometric="rgb", compression="zlib") == (mixed, mixed)
same &= look("three planes", np.moveaxis(masks, -1, 0), photometric="rgb", planarconfig="separate") == (right, right)
same &= look("rgb, uint8", masks.astype("uint8"), photometric="rgb") == (right, right)
mended = (np.unpackbits(packed, axis=1).astype(bool) != masks).mean()
print(f"rgb, taken as 8 pixels of a channel in each byte: {mended:.0%} wrong")
sys.exit(not same or bool(mended))
PYTHON
