#!/usr/bin/env bash
# A TIFF that Pillow 13.0.0 unpacks keeps its tag Predictor; tifffile 2026.3.3 then reads sums along the rows, in silence.
#
# Expected: Predictor (317) belongs to a compression: TIFF 6.0 (section 14) has it for LZW, Adobe's technical note for Deflate. Of
#   pixels that are not compressed libtiff does not heed it, and tifffile itself refuses to write one.
# Seen: picture.save(compression=None, tiffinfo=picture.tag_v2), the documented way to keep a file's tags, copies Predictor 2 to a file
#   whose rows are not compressed, or by PackBits. Pillow, libtiff and SimpleITK read the pixels; tifffile adds each to the one before:
#   of 10, 20, 30, 40 the second becomes 30. Uncompressed, the sum goes on from row to row. The classes of a mask change with it.
# Versions: Python 3.11, pillow 13.0.0, tifffile 2026.3.3, imagecodecs 2026.3.6 (libtiff), SimpleITK 2.5.7, numpy 2.4.6.
# Output on 30 November 2026:
#   uncompressed: Predictor 2, Pillow [10, 20, 30, 40], libtiff [10, 20, 30, 40], SimpleITK [10, 20, 30, 40], tifffile [10, 30, 60, 100]
#   packbits: Predictor 2, Pillow [10, 20, 30, 40], libtiff [10, 20, 30, 40], SimpleITK [10, 20, 30, 40], tifffile [10, 30, 60, 100]
# For users: leave tag 317 out of tiffinfo; before tifffile's asarray, set page.predictor to 1 where page.compression is 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 tifffile==2026.3.3 imagecodecs==2026.3.6 SimpleITK==2.5.7 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
from pathlib import Path
import imagecodecs
import numpy as np
import SimpleITK as sitk
import tifffile
from PIL import Image

VALUES = [10, 20, 30, 40]
image = np.tile(np.array(VALUES, np.uint8), (5, 1))
tifffile.imwrite("packed.tif", image, compression="lzw", predictor=True, metadata=None)
same = bool((tifffile.imread("packed.tif") == image).all())
for name, compression in (("uncompressed", None), ("packbits", "packbits")):
    with Image.open("packed.tif") as picture:
        picture.save("a.tif", compression=compression, tiffinfo=picture.tag_v2)
    with Image.open("a.tif") as picture:
        predictor = picture.tag_v2[317]
        seen = {
            "Pillow": np.asarray(picture),
            "libtiff": imagecodecs.tiff_decode(Path("a.tif").read_bytes()),
            "SimpleITK": sitk.GetArrayFromImage(sitk.ReadImage("a.tif")),
            "tifffile": tifffile.imread("a.tif"),
        }
    rows = {reader: values[0].tolist() for reader, values in seen.items()}
    print(f"{name}: Predictor {predictor}, {', '.join(f'{reader} {row}' for reader, row in rows.items())}")
    same &= predictor == 2 and list(rows.values()) == [VALUES] * 3 + [np.cumsum(VALUES).tolist()]
sys.exit(not same)
PYTHON
