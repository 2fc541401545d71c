#!/usr/bin/env bash
# tifffile swaps the bytes of 16-bit images that it stores as JPEG 2000 in a big-endian TIFF: 1 reads as 256.
#
# Expected: imwrite(image, byteorder=">") chooses the order of bytes in the file, and imread gives the image back. A JPEG 2000 codestream has
#   an order of its own (ISO 15444-1), so the TIFF's says nothing about its samples.
# Seen: with byteorder=">", or of an array that is big-endian itself, the writer swaps the pixels before it gives them to the codec, which takes
#   them for native ones. The codestream itself holds the swapped values, so any other reader gets them, too, and it is more than twice
#   as large. There is no warning. Zlib and LZW are right. PNG, JPEG XL, JPEG XR and LERC raise an error on the same array.
# Versions: Python 3.11, tifffile 2026.3.3, imagecodecs 2026.3.6, numpy 2.4.6. Output on 1 December 2026 (a ramp from 1000 to 1189, uint16):
#   native, jpeg2000: imread 1000 to 1189, 261 bytes
#   byteorder=">", jpeg2000: imread 4 to 65283, 646 bytes
#   big-endian array, jpeg2000: imread 4 to 65283, 646 bytes
#   signed, byteorder=">", jpeg2000: imread -32764 to 32516, 723 bytes
#   byteorder=">", zlib: imread 1000 to 1189
#   byteorder=">", lzw: imread 1000 to 1189
#   byteorder=">", png, jpegxl, jpegxr and lerc: ValueError
# For users: leave byteorder and convert the array first: image.astype("uint16"). The bytes of files that were written so can be swapped back:
#   imread(path).byteswap().
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check tifffile==2026.3.3 imagecodecs==2026.3.6 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import imagecodecs, numpy as np, tifffile

rows, columns = np.mgrid[:64, :64]
image = (1000 + rows + 2 * columns).astype(np.uint16)           # 1000 to 1189

def look(name, array, compression, **options):
    """What imread finds, and what the codestream itself holds: smallest and largest value."""
    try:
        tifffile.imwrite("image.tif", array, compression=compression, **options)
    except Exception as error:
        print(f"{name}, {compression}: {type(error).__name__}")
        return None
    read = tifffile.imread("image.tif")
    text = f"{name}, {compression}: imread {read.min()} to {read.max()}"
    if compression == "jpeg2000":
        with tifffile.TiffFile("image.tif") as file:
            page = file.pages[0]
            file.filehandle.seek(page.dataoffsets[0])
            inside = imagecodecs.jpeg2k_decode(file.filehandle.read(page.databytecounts[0]))
        assert np.array_equal(inside, read)
        text += f", {page.databytecounts[0]} bytes"
    print(text)
    return "right" if np.array_equal(read, image) else "swapped" if np.array_equal(read.byteswap(), image) else "other"

seen = [look("native", image, "jpeg2000"), look('byteorder=">"', image, "jpeg2000", byteorder=">"),
        look("big-endian array", image.astype(">u2"), "jpeg2000"), look("signed, byteorder=\">\"", image.astype(np.int16), "jpeg2000", byteorder=">")]
seen += [look('byteorder=">"', image, compression, byteorder=">") for compression in ("zlib", "lzw", "png", "jpegxl", "jpegxr", "lerc")]
sys.exit(seen != ["right", "swapped", "swapped", "swapped", "right", "right", None, None, None, None])
PYTHON
