#!/usr/bin/env bash
# compressed-segmentation stores other labels than it is given where an array is a view: a part, every second slice, or a transposed volume.
#
# Expected: decompress(compress(labels)) is labels; the format, Neuroglancer's, is lossless. NumPy's arrays have strides, and a part of a
#   volume is a view of it.
# Seen: compress reads memory from the first value on as if the values followed each other, in the order that its argument `order` names, C
#   unless told otherwise. Of a part of a volume it so stores what lies between its rows, in silence. `order` helps where an array is
#   transposed as a whole, as volumes of nibabel are; of other views no order is right.
# Versions: Python 3.11, compressed-segmentation 2.3.3, numpy 2.4.6. Output on 1 December 2026 (voxels that came back as another label):
#   the volume itself: C 0 %, F 97 %
#   in Fortran's order: C 97 %, F 0 %
#   every second slice: C 72 %, F 97 %
#   a part: C 97 %, F 97 %
#   a copy of the part: C 0 %, F 97 %
# For users: numpy.ascontiguousarray(labels) before, with order="C".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check compressed-segmentation==2.3.3 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
import compressed_segmentation, numpy as np

labels = np.random.default_rng(0).integers(1, 50, (4, 5, 6), dtype=np.uint32).repeat(8, 0).repeat(8, 1).repeat(8, 2)

def changed(view, order):
    packed = compressed_segmentation.compress(view, order=order)
    back = compressed_segmentation.decompress(packed, view.shape, view.dtype, order=order)
    return round(100 * float(np.mean(back != view)))

VIEWS = {
    "the volume itself": labels, "in Fortran's order": np.asfortranarray(labels), "every second slice": labels[::2],
    "a part": labels[4:20, 3:33, 2:40], "a copy of the part": labels[4:20, 3:33, 2:40].copy(),
}
seen = []
for name, view in VIEWS.items():
    seen.append([changed(view, order) for order in "CF"])
    print(f"{name}: C {seen[-1][0]} %, F {seen[-1][1]} %")
sys.exit(seen != [[0, 97], [97, 0], [72, 97], [97, 97], [0, 97]])
PYTHON
