#!/usr/bin/env bash
# edt 3.1.2, OpenCV 5.0.0 and cc3d 4.1.1 take big-endian arrays, as nibabel and zarr read them, for native ones, in silence.
#
# Expected: the order of bytes is part of NumPy's dtype. A function on labels heeds it, as SciPy's do, or refuses it, as
#   cc3d.connected_components, fastremap.unique and SimpleITK do.
# Seen: edt, edtsq and sdf find no object at all: distance 0 everywhere. OpenCV (copyMakeBorder here; resize, medianBlur, GaussianBlur and
#   imencode alike), cc3d.contacts and cc3d.region_graph see labels 1 and 2 as 256 and 512. Such arrays come of FreeSurfer's .mgz,
#   big-endian NIfTI and OME-Zarr by bioformats2raw before 0.12 (">u2").
# Versions: Python 3.11, edt 3.1.2, opencv-python-headless 5.0.0.93, connected-components-3d 4.1.1, nibabel 5.4.2, zarr 3.1.6, scipy 1.17.1,
#   numpy 2.4.6. Output on 30 November 2026 (labels 1 and 2 side by side; the largest distance in each):
#   labels.mgz, >i4: SciPy 4 4, edt 0 0, OpenCV pads [0, 16777216, 33554432], cc3d has neighbours [(16777216, 33554432)]
#   labels.zarr, >u2: SciPy 4 4, edt 0 0, OpenCV pads [0, 256, 512], cc3d has neighbours [(256, 512)]
#   labels.zarr, <u2: SciPy 4 4, edt 4 4, OpenCV pads [0, 1, 2], cc3d has neighbours [(1, 2)]
# For users: labels.astype(labels.dtype.newbyteorder("="), copy=False) right after reading.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check edt==3.1.2 opencv-python-headless==5.0.0.93 connected-components-3d==4.1.1 \
  nibabel==5.4.2 zarr==3.1.6 scipy==1.17.1 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import cc3d, cv2, edt, nibabel as nib, numpy as np, zarr
from scipy.ndimage import distance_transform_edt

labels = np.zeros((12, 20, 12), np.uint16)
labels[2:10, 2:10, 2:10], labels[2:10, 10:18, 2:10] = 1, 2
nib.save(nib.MGHImage(labels.astype(np.int32), np.eye(4)), "labels.mgz")
stored = zarr.create_array("labels.zarr", shape=labels.shape, chunks=labels.shape, dtype=">u2", zarr_format=2)
stored[:] = labels

def look(name, array):
    """The largest distance in each label by SciPy and by edt, the values that OpenCV pads, and the neighbours that cc3d finds."""
    assert np.array_equal(array, labels)
    right = [int(distance_transform_edt(array == label).max()) for label in (1, 2)]
    distance = edt.edt(array)
    found = [int(distance[labels == label].max()) for label in (1, 2)]
    padded = np.unique(cv2.copyMakeBorder(array[5], 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)).tolist()
    pairs = sorted(tuple(map(int, pair)) for pair in cc3d.contacts(array))
    print(f"{name}, {array.dtype.str}: SciPy {right[0]} {right[1]}, edt {found[0]} {found[1]}, OpenCV pads {padded}, cc3d has neighbours {pairs}")
    return array.dtype.str, right, found, padded, pairs

read = zarr.open_array("labels.zarr", mode="r")[:]
native = read.astype(read.dtype.newbyteorder("="), copy=False)
seen = [look("labels.mgz", np.asanyarray(nib.load("labels.mgz").dataobj)), look("labels.zarr", read), look("labels.zarr", native)]
wrong = [(kind, [4, 4], [0, 0], [0, one, 2 * one], [(one, 2 * one)]) for kind, one in ((">i4", 2**24), (">u2", 2**8))]
sys.exit(seen != [*wrong, ("<u2", [4, 4], [4, 4], [0, 1, 2], [(1, 2)])])
PYTHON
