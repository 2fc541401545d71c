#!/usr/bin/env bash
# tifffile reads text of the header as pixels, where GDAL left out the only strip or tile of a small GeoTIFF, since it holds no data.
#
# Expected: what GDAL's SPARSE_OK leaves out reads as the number for no data, or 0, as GDAL and rasterio read it, and as tifffile itself does
#   where there are several strips or tiles, or they are compressed.
# Seen: of one strip or tile that is not compressed, both its offset and its number of bytes are 0. tifffile takes it for stored from byte 0 on,
#   and reads from where it stands in the file. imread gives the letters of GDAL's metadata, or of the header; of a file with few bytes
#   beside, or of larger types, it raises an error. Cut into small tiles, labels without any object are such files.
# Versions: Python 3.11, tifffile 2026.3.3, imagecodecs 2026.3.6, numpy 2.4.6, rasterio 1.4.4 with GDAL 3.10.3. Output on 1 December 2026:
#   20 x 20, one strip: GDAL 0 everywhere, tifffile 25 other numbers, first <GDA
#   16 x 16, one tile: GDAL 0 everywhere, tifffile 25 other numbers, first <GDA
#   20 x 20, no data as 7: GDAL 7 everywhere, tifffile 25 other numbers, first <GDA
#   20 x 20, LZW: GDAL 0 everywhere, tifffile 0 everywhere
#   300 x 300, several strips: GDAL 0 everywhere, tifffile 0 everywhere
# For users: if not any(page.databytecounts), take np.full(page.shape, page.nodata, page.dtype).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check tifffile==2026.3.3 rasterio==1.4.4 numpy==2.4.6 imagecodecs==2026.3.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
import numpy as np, rasterio, tifffile
from rasterio.transform import from_origin

def read(side, **options):
    """What GDAL and tifffile read of an image in which no pixel was written, with a note of 500 letters beside it."""
    place = {"transform": from_origin(10, 50, 0.1, 0.1), "crs": "EPSG:4326"}
    with rasterio.open("a.tif", "w", driver="GTiff", width=side, height=side, count=1, dtype="uint8", sparse_ok=True,
                       **place, **options) as file:
        file.update_tags(note="drawn by hand; " * 34)
    with rasterio.open("a.tif") as file:
        return file.read(1), tifffile.imread("a.tif")

def told(values):
    numbers = np.unique(values)
    if numbers.size == 1:
        return f"{numbers[0]} everywhere"
    return f"{numbers.size} other numbers, first {bytes(values.ravel()[:4].tolist()).decode()}"

seen = {
    "20 x 20, one strip": read(20),
    "16 x 16, one tile": read(16, tiled=True, blockxsize=16, blockysize=16),
    "20 x 20, no data as 7": read(20, nodata=7),
    "20 x 20, LZW": read(20, compress="lzw"),
    "300 x 300, several strips": read(300),
}
lines = [f"{what}: GDAL {told(by_gdal)}, tifffile {told(by_tifffile)}" for what, (by_gdal, by_tifffile) in seen.items()]
print("\n".join(lines))
letters = "tifffile 25 other numbers, first <GDA"
stated = [f"GDAL 0 everywhere, {letters}"] * 2 + [f"GDAL 7 everywhere, {letters}"] + ["GDAL 0 everywhere, tifffile 0 everywhere"] * 2
sys.exit([line.partition(": ")[2] for line in lines] != stated)
PYTHON
