#!/usr/bin/env bash
# fastmorph 1.10.0's spherical_open and spherical_close make objects larger: they erode by one voxel less than they dilate.
#
# Expected: a morphological opening is a part of the object, and a closing of a convex object away from the border is the object itself.
#   help(spherical_erode): "radius: physical distance ... (inclusive range)". help(spherical_open): "a spherical morphological open operation".
# Seen: spherical_dilate adds voxels up to the radius, spherical_erode keeps voxels that are as far from the background as the radius, where
#   both libraries for comparison remove them. Of radius 1, the default, erosion removes nothing at all, not even from a sheet of one
#   voxel, and the opening is a dilation. Of whole radii each flat face moves outward by a voxel. Of radius 1.5 all is right.
# Versions: Python 3.11, fastmorph 1.10.0, scikit-image 0.26.0, scipy 1.17.1, numpy 2.4.6. Output on 1 December 2026 (a box of 21 voxels a
#   side, 9261 voxels; a sheet of one voxel, 400 voxels):
#   radius 1: fastmorph erodes to 9261, opens to 11907, closes to 11907; scikit-image 6859, 9025, 9261
#   radius 1.5: fastmorph erodes to 6859, opens to 9253, closes to 9261; scikit-image 6859, 9253, 9261
#   radius 2: fastmorph erodes to 6859, opens to 11427, closes to 11427; scikit-image 4913, 8593, 9261
#   radius 3: fastmorph erodes to 4913, opens to 10987, closes to 10995; scikit-image 3375, 8201, 9261
#   a sheet, eroded by 1: 400 voxels are left
# For users: take a radius between two distances that occur, such as 1.2, 2.1 or 3.1 in isotropic voxels, or scikit-image's isotropic_opening.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check fastmorph==1.10.0 scikit-image==0.26.0 scipy==1.17.1 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
import fastmorph, numpy as np
from scipy.ndimage import distance_transform_edt
from skimage.morphology import isotropic_closing, isotropic_erosion, isotropic_opening

box = np.zeros((64, 64, 64), bool)
box[21:42, 21:42, 21:42] = True

def sizes(radius):
    """Voxels after erosion, opening and closing, by fastmorph and by scikit-image."""
    first = [function(box, radius=radius) for function in (fastmorph.spherical_erode, fastmorph.spherical_open, fastmorph.spherical_close)]
    second = [function(box, radius) for function in (isotropic_erosion, isotropic_opening, isotropic_closing)]
    assert np.array_equal(second[0], distance_transform_edt(box) > radius)
    first, second = ([int(np.count_nonzero(each)) for each in part] for part in (first, second))
    eroded, opened, closed = first
    print(f"radius {radius}: fastmorph erodes to {eroded}, opens to {opened}, closes to {closed}; scikit-image", ", ".join(map(str, second)))
    return first, second

seen = [sizes(radius) for radius in (1, 1.5, 2, 3)]
sheet = np.zeros((20, 20, 20), bool)
sheet[10] = True
left = int(np.count_nonzero(fastmorph.spherical_erode(sheet, radius=1)))
print(f"a sheet, eroded by 1: {left} voxels are left")
right = [[6859, 9025, 9261], [6859, 9253, 9261], [4913, 8593, 9261], [3375, 8201, 9261]]
grown = [[9261, 11907, 11907], [6859, 9253, 9261], [6859, 11427, 11427], [4913, 10987, 10995]]
sys.exit(seen != list(zip(grown, right)) or left != 400)
PYTHON
