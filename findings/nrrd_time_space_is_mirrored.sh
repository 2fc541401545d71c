#!/usr/bin/env bash
# A 4-D NRRD in the space right-anterior-superior-time is read mirrored by SimpleITK 2.5.7 (ITK 5.4).
#
# Expected: the NRRD definition (teem, format.html, "space") has six anatomical spaces: RAS, LAS, LPS and the same three with time.
#   ITK's world is LPS, so a reader turns the first two signs of RAS and RAST, and the second one of LAS and LAST.
# Seen: the 3-D spaces are turned, the three spaces with time are all taken as LPS. So a time series lies elsewhere than its own
#   first frame: left and right, front and back are exchanged. There is no warning.
# Versions: Python 3.11, SimpleITK 2.5.7, numpy 2.4.6. Output on 28 November 2026:
#   right-anterior-superior: origin (-10, -20, 30), direction -1 -1 1
#   right-anterior-superior-time: origin (10, 20, 30), direction 1 1 1
#   left-anterior-superior: origin (10, -20, 30), direction 1 -1 1
#   left-anterior-superior-time: origin (10, 20, 30), direction 1 1 1
#   left-posterior-superior: origin (10, 20, 30), direction 1 1 1
#   left-posterior-superior-time: origin (10, 20, 30), direction 1 1 1
# For users: turn such a file's header into left-posterior-superior-time before ITK reads it, or check the field "space" yourself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check SimpleITK==2.5.7 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
import numpy as np
import SimpleITK as sitk

def geometry(space):
    """First three origins and signs of the diagonal that ITK reads from one voxel grid in the space."""
    timed = space.endswith("time")
    steps = [2, 3, 4, 5] if timed else [2, 3, 4]
    sizes = [2, 3, 4, 1] if timed else [2, 3, 4]
    vectors = [str(tuple(int(v) for v in row)).replace(" ", "") for row in np.diag(steps)]
    header = ["NRRD0005", "type: short", f"dimension: {len(sizes)}", f"space: {space}", "sizes: " + " ".join(map(str, sizes)),
              "space directions: " + " ".join(vectors), "endian: little", "encoding: raw",
              "space origin: " + ("(10,20,30,0)" if timed else "(10,20,30)")]
    with open("image.nrrd", "wb") as file:
        file.write("\n".join(header).encode() + b"\n\n" + np.arange(24, dtype="<i2").tobytes())
    image = sitk.ReadImage("image.nrrd")
    signs = np.diag(np.reshape(image.GetDirection(), (len(sizes), -1)))[:3]
    return tuple(int(v) for v in image.GetOrigin()[:3]), tuple(int(v) for v in signs)

turned = {"right-anterior-superior": ((-10, -20, 30), (-1, -1, 1)), "left-anterior-superior": ((10, -20, 30), (1, -1, 1)),
          "left-posterior-superior": ((10, 20, 30), (1, 1, 1))}
same = True
for space, stated in turned.items():
    for name, wanted in ((space, stated), (space + "-time", ((10, 20, 30), (1, 1, 1)))):
        origin, signs = geometry(name)
        print(f"{name}: origin {origin}, direction", *signs)
        same &= (origin, signs) == wanted
sys.exit(not same)
PYTHON
