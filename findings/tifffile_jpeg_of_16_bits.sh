#!/usr/bin/env bash
# tifffile stores 16-bit images as 12-bit JPEG: values above 4095 are cut or wrapped, mostly without a word.
#
# Expected: imwrite(image of uint16, compression="jpeg") keeps the range of the values, or refuses values that 12 bits do not hold.
# Seen: imagecodecs gives uint16 to libjpeg-turbo's coder of 12 bits, which does not look at the values. A grey ramp to 8191 reads back
#   as at most 4095, an even grey of 60000 as 0; in colour 5000 wraps to about 900. Only a steep grey image is refused, by its steps.
#   Values up to 4095, such as a camera's 12 bits, are right within 1, and {"lossless": True} keeps all.
# Versions: Python 3.11, tifffile 2026.3.3, imagecodecs 2026.3.6, numpy 2.4.6. Output on 30 November 2026:
#   grey ramp to 4095: largest value read 4095, worst error 1
#   grey ramp to 8191: largest value read 4095, worst error 4096
#   even grey of 60000: largest value read 0, worst error 60000
#   colour ramp to 5000: largest value read 4091, worst error 4099
#   grey ramp to 60000: Jpeg8Error
#   grey ramp to 60000, lossless: largest value read 60000, worst error 0
# For users: compress 16 bits with "zlib", "zstd" or "jpeg2000", or as lossless JPEG.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check tifffile==2026.3.3 imagecodecs==2026.3.6 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import numpy as np
import tifffile

def ramp(top):
    rows, columns = np.mgrid[:64, :64]
    return ((rows + columns) / 126 * top).astype(np.uint16)

def read(image, **options):
    """The largest value read back, and the worst error; or the name of an error."""
    photometric = "rgb" if image.ndim == 3 else "minisblack"
    try:
        tifffile.imwrite("image.tif", image, photometric=photometric, compression="jpeg", **options)
    except RuntimeError as error:
        return type(error).__name__
    back = tifffile.imread("image.tif")
    assert back.shape == image.shape and back.dtype == np.uint16
    return int(back.max()), int(np.abs(back.astype(int) - image).max())

seen = {
    "grey ramp to 4095": read(ramp(4095)),
    "grey ramp to 8191": read(ramp(8191)),
    "even grey of 60000": read(np.full((64, 64), 60000, np.uint16)),
    "colour ramp to 5000": read(np.dstack([ramp(5000)] * 3)),
    "grey ramp to 60000": read(ramp(60000)),
    "grey ramp to 60000, lossless": read(ramp(60000), compressionargs={"lossless": True}),
}
for what, came in seen.items():
    print(f"{what}: {came if isinstance(came, str) else f'largest value read {came[0]}, worst error {came[1]}'}")
stated = [(4095, 1), (4095, 4096), (0, 60000), (4091, 4099), "Jpeg8Error", (60000, 0)]
sys.exit(list(seen.values()) != stated)
PYTHON
