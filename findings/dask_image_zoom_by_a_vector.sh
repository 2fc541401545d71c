#!/usr/bin/env bash
# dask-image 2026.5.0 zooms an image wrongly in all chunks of the result but the first, where the factors are given as a vector.
#
# Expected: affine_transform takes a "matrix : array (ndim,), (ndim, ndim), ...", as SciPy's does: the vector is the diagonal. It lists how it
#   differs from SciPy's (no prefilter, three modes missing), and this is not among it. Chunks together are the image that SciPy gives.
# Seen: with the matrix, not one value differs. With the vector, each chunk of the result but the first reads elsewhere in the image, in
#   silence. Unless told otherwise, chunks of the result are as large as the image, so that every enlargement is wrong.
# Versions: Python 3.11, dask-image 2026.5.0, dask 2026.8.0, scipy 1.17.1, numpy 2.4.6, pandas 3.1.1. Output on 30 November 2026 (values that
#   differ from SciPy's by more than 1e-5):
#   twice as large, a vector: 4641 of 6400
#   twice as large, the same as a matrix: 0 of 6400
#   the same size in chunks of 20, a vector: 1200 of 1600
#   the same size in chunks of 20, the same as a matrix: 0 of 1600
# For users: numpy.diag(factors).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dask-image==2026.5.0 dask==2026.8.0 scipy==1.17.1 numpy==2.4.6 pandas==3.1.1
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import dask, dask.array as da, numpy as np
from dask_image.ndinterp import affine_transform
from scipy import ndimage

image = np.random.default_rng(0).random((40, 40)).astype(np.float32)

def differing(name, matrix, shape, **chunks):
    found = affine_transform(da.from_array(image, chunks=(10, 13)), matrix, order=1, output_shape=shape, **chunks)
    right = ndimage.affine_transform(image, matrix, order=1, output_shape=shape)
    count = int(np.count_nonzero(~np.isclose(found.compute(scheduler="synchronous"), right, atol=1e-5)))
    print(f"{name}: {count} of {right.size}")
    return count

half = np.array([0.5, 0.5])
seen = [differing("twice as large, a vector", half, (80, 80)),
        differing("twice as large, the same as a matrix", np.diag(half), (80, 80)),
        differing("the same size in chunks of 20, a vector", half, (40, 40), output_chunks=(20, 20)),
        differing("the same size in chunks of 20, the same as a matrix", np.diag(half), (40, 40), output_chunks=(20, 20))]
sys.exit(seen != [4641, 0, 1200, 0])
PYTHON
