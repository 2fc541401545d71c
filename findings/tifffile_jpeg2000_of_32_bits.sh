#!/usr/bin/env bash
# tifffile stores uint32 as JPEG 2000 with one bit too many for OpenJPEG: the background of a label image reads back as other labels.
#
# Expected: imwrite(labels of uint32, compression="jpeg2000") loses nothing: imagecodecs codes reversibly where no level is given.
# Seen: imagecodecs states 26 bits for a uint32. JPEG 2000 takes half the range from unsigned values before it codes them (ISO 15444-1,
#   annex G), so 0 becomes -2^25, which OpenJPEG multiplies by 64: its 32 bits do not hold that. An empty image reads as 1
#   everywhere; around objects the wavelet spreads the error, and 20 objects read back as 743. There is no warning. With 25 bits, as int32
#   and as uint16 all is right. Values of 2^26 and more lose their high bits, too.
# Versions: Python 3.11, tifffile 2026.3.3, imagecodecs 2026.3.6, numpy 2.4.6. Output on 30 November 2026:
#   no object: 1 number read, the largest 1, 100% of the pixels changed
#   20 objects: 744 numbers read, the largest 67108863, 69% of the pixels changed
#   20 objects of 25 bits: 21 numbers read, the largest 20, 0% of the pixels changed
#   20 objects, int32: 21 numbers read, the largest 20, 0% of the pixels changed
#   20 objects, uint16: 21 numbers read, the largest 20, 0% of the pixels changed
# For users: pass compressionargs={"bitspersample": 25}, or store labels of 32 bits with "zstd" or "zlib".
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

def discs(number):
    """A label image of so many discs of radius 8, 5 in a row."""
    rows, columns = np.mgrid[:200, :200]
    labels = np.zeros((200, 200), np.uint32)
    for label in range(1, number + 1):
        row, column = 20 + (label - 1) // 5 * 37, 20 + (label - 1) % 5 * 37
        labels[(rows - row) ** 2 + (columns - column) ** 2 <= 64] = label
    return labels

def read(labels, **options):
    """How many numbers there are in the file, the largest, and the part of the pixels that has changed."""
    tifffile.imwrite("labels.tif", labels, compression="jpeg2000", compressionargs=options)
    back = tifffile.imread("labels.tif")
    assert back.shape == labels.shape and back.dtype == labels.dtype
    return len(np.unique(back)), int(back.max()), round(float((back != labels).mean()), 2)

seen = {
    "no object": read(discs(0)),
    "20 objects": read(discs(20)),
    "20 objects of 25 bits": read(discs(20), bitspersample=25),
    "20 objects, int32": read(discs(20).astype(np.int32)),
    "20 objects, uint16": read(discs(20).astype(np.uint16)),
}
for what, (numbers, largest, changed) in seen.items():
    print(f"{what}: {numbers} number{'s' * (numbers > 1)} read, the largest {largest}, {changed:.0%} of the pixels changed")
sys.exit(list(seen.values()) != [(1, 1, 1.0), (744, 67108863, 0.69)] + [(21, 20, 0.0)] * 3)
PYTHON
