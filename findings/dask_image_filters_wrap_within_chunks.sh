#!/usr/bin/env bash
# dask-image's filters with mode="wrap" take the other side of a chunk for the other side of the image.
#
# Expected: its filters have the arguments of SciPy's, and "wrap" continues an image by its opposite edge. Chunks together are what SciPy gives.
# Seen: convolve and correlate do so since dask-image's issue 242 (2021). All others still hand "wrap" on to SciPy for each chunk, so that a
#   chunk at an edge is continued by its own opposite side, in the middle of the image. In one chunk, and with the four other modes, all
#   agree. In the example, a filter of three pixels is wrong in the outermost pixels alone, a Gaussian in a third of the image.
# Versions: Python 3.11, dask-image 2026.5.0, dask 2026.8.0, scipy 1.17.1, numpy 2.4.6, pandas 3.1.1. Output on 1 December 2026 (pixels of
#   10000 that differ from SciPy's by more than 1e-9, of images in chunks of 25 x 25 pixels, and in one):
#   reflect, the worst of 12 filters: 0
#   wrap in one chunk, the worst of 12 filters: 0
#   wrap, convolve: 0
#   wrap, correlate: 0
#   wrap, uniform_filter: 396
#   wrap, median_filter: 325
#   wrap, minimum_filter: 195
#   wrap, maximum_filter: 195
#   wrap, percentile_filter: 317
#   wrap, sobel: 396
#   wrap, laplace: 396
#   wrap, gaussian_filter: 2944
#   wrap, gaussian_laplace: 2944
#   wrap, gaussian_gradient_magnitude: 2944
# For users: dask.array.overlap.overlap with boundary="periodic", then the filter, then trim_overlap; or one chunk.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dask-image==2026.5.0 dask==2026.8.0 scipy==1.17.1 numpy==2.4.6 pandas==3.1.1
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import dask.array as da, numpy as np
from dask_image import ndfilters
from scipy import ndimage

image = np.random.default_rng(0).random((100, 100))
kernel = np.arange(9.0).reshape(3, 3) / 36
FILTERS = {
    "convolve": {"weights": kernel}, "correlate": {"weights": kernel}, "uniform_filter": {"size": 3}, "median_filter": {"size": 3},
    "minimum_filter": {"size": 3}, "maximum_filter": {"size": 3}, "percentile_filter": {"percentile": 30, "size": 3},
    "sobel": {}, "laplace": {}, "gaussian_filter": {"sigma": 2}, "gaussian_laplace": {"sigma": 2},
    "gaussian_gradient_magnitude": {"sigma": 2},
}

def differing(name, mode, chunks):
    found = getattr(ndfilters, name)(da.from_array(image, chunks=chunks), mode=mode, **FILTERS[name])
    right = getattr(ndimage, name)(image, mode=mode, **FILTERS[name])
    return int(np.count_nonzero(~np.isclose(found.compute(scheduler="synchronous"), right, rtol=0, atol=1e-9)))

worst = [max(differing(name, mode, chunks) for name in FILTERS) for mode, chunks in (("reflect", 25), ("wrap", 100))]
print("reflect, the worst of 12 filters:", worst[0])
print("wrap in one chunk, the worst of 12 filters:", worst[1])
seen = {name: differing(name, "wrap", 25) for name in FILTERS}
for name, count in seen.items():
    print(f"wrap, {name}: {count}")
sys.exit([*worst, *seen.values()] != [0, 0, 0, 0, 396, 325, 195, 195, 317, 396, 396, 2944, 2944, 2944])
PYTHON
