#!/usr/bin/env bash
# Pillow 13.0.0 gives the classes of a mask other numbers when it saves it as GIF: of small images with a palette, and of painted ones.
#
# Expected: a palette image holds numbers, and the palette says how they are shown; saved as GIF, which holds up to 256 numbers, it
#   comes back with the same numbers, as it does from PNG, TIFF and BMP. Of a mask painted in colours black, the background, is 0.
# Seen: with a palette of Pascal VOC, classes 0, 5 and 12 become 0, 1 and 2 below 512×512 pixels, and stay from there; without
#   class 5, 12 becomes 1. Nobody asked for `optimize`. Red on black, saved as GIF or turned by `convert("P",
#   palette=ADAPTIVE)`, has red as 0 and black as 1; with three colours, black is 3. Colours look right in every viewer.
# Versions: Python 3.11, pillow 13.0.0, numpy 2.4.6. Output on 30 November 2026:
#   palette 511x511: GIF [0, 1, 2], PNG [0, 5, 12], TIFF [0, 5, 12], BMP [0, 5, 12]; without 5: GIF [0, 1]
#   palette 512x512: GIF [0, 5, 12], PNG [0, 5, 12], TIFF [0, 5, 12], BMP [0, 5, 12]; without 5: GIF [0, 12]
#   painted red on black: the background is 1 in GIF, 1 in ADAPTIVE; red, green and blue on black: 3 in GIF, 3 in ADAPTIVE
# For users: save masks as grey PNG; of a GIF, look numbers up in its palette rather than take them for classes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
from io import BytesIO
import numpy as np
from PIL import Image

COLOURS = [[(n & 1) * 128 + (n >> 3 & 1) * 64, (n >> 1 & 1) * 128, (n >> 2 & 1) * 128] for n in range(256)]  # as Pascal VOC begins


def saved(picture, kind):
    stream = BytesIO()
    picture.save(stream, kind)
    return Image.open(BytesIO(stream.getvalue()))


def numbers(side, kind, *classes):
    mask = np.zeros((side, side), np.uint8)
    for row, number in enumerate(classes):
        mask[row] = number
    picture = Image.fromarray(mask)
    picture.putpalette([value for colour in COLOURS for value in colour])
    return np.unique(np.asarray(saved(picture, kind))).tolist()


def background(picture):
    """The number of the last pixel, which is black."""
    assert picture.convert("RGB").getpixel((15, 15)) == (0, 0, 0)
    return picture.getpixel((15, 15))


same = True
for side, gif, without in ((511, [0, 1, 2], [0, 1]), (512, [0, 5, 12], [0, 12])):
    seen = {kind: numbers(side, kind, 5, 12) for kind in ("GIF", "PNG", "TIFF", "BMP")}
    fewer = numbers(side, "GIF", 12)
    print(f"palette {side}x{side}: {', '.join(f'{kind} {found}' for kind, found in seen.items())}; without 5: GIF {fewer}")
    same &= fewer == without and seen == {"GIF": gif, "PNG": [0, 5, 12], "TIFF": [0, 5, 12], "BMP": [0, 5, 12]}
told = []
for what, colours in (("painted red on black: the background is", 1), ("red, green and blue on black:", 3)):
    painted = np.zeros((16, 16, 3), np.uint8)
    for channel in range(colours):
        painted[3 * channel : 3 * channel + 2, :9, channel] = 255
    picture = Image.fromarray(painted)
    seen = background(saved(picture, "GIF")), background(picture.convert("P", palette=Image.Palette.ADAPTIVE))
    told.append(f"{what} {seen[0]} in GIF, {seen[1]} in ADAPTIVE")
    same &= seen == (colours, colours)
print("; ".join(told))
sys.exit(not same)
PYTHON
