#!/usr/bin/env bash
# ngff-zarr 0.18.2: level 3 of labels made by DASK_IMAGE_MODE lies 7 to 8 pixels from level 3 of their image made by the default method.
#
# Expected: to_multiscales gives each level a scale and a translation, so that each shows an object at the same place, by whatever method.
# Seen: every method states a translation of half a block less half a pixel, which is right for means of blocks, and for both methods by
#   ITK-Wasm. The methods by dask-image read the first pixel of each block instead, so the object moves by that translation; the window of
#   DASK_IMAGE_MODE, of even size, reaches back by one pixel more, so it moves twice as far. Each level adds the shift of those before.
# Versions: Python 3.11, ngff-zarr 0.18.2, itkwasm-downsample 2.0.2, dask 2025.12.0, dask-image 2026.5.0, zarr 3.1.6, numpy 2.2.6.
# Output on 1 December 2026 (how far the middle of a blob, of a disc moves from level to level, in pixels of level 0, in y and in x alike):
#   default: blob 0.0 0.0 0.0 0.0 | disc 0.0 0.0 0.0 0.0
#   ITKWASM_LABEL_IMAGE: blob 0.0 0.0 0.0 0.0 | disc 0.0 0.0 0.0 0.0
#   DASK_IMAGE_GAUSSIAN: blob 0.0 0.5 1.5 3.5 | disc 0.0 0.5 1.5 3.5
#   DASK_IMAGE_NEAREST: blob 0.0 0.5 1.5 3.5 | disc 0.0 0.4 1.0 4.0
#   DASK_IMAGE_MODE: blob 0.0 1.0 3.0 7.0 | disc 0.0 1.0 2.4 8.0
# For users: ITKWASM_LABEL_IMAGE for labels, and one family of methods for an image and its labels. Take positions from level 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ngff-zarr==0.18.2 itkwasm-downsample==2.0.2 dask==2025.12.0 \
  dask-image==2026.5.0 zarr==3.1.6 numpy==2.2.6 scipy==1.17.1
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import contextlib, io, sys
import ngff_zarr, numpy as np

middle = np.array([63.5, 71.5])
rows, columns = np.mgrid[:128, :128]
distance = np.hypot(rows - middle[0], columns - middle[1])
blob, disc = (1000 * np.exp(-(distance ** 2) / 288)).astype(np.float32), (1000 * (distance < 20)).astype(np.uint16)

def shifts(pixels, method):
    """Level by level, how far the centre of mass lies from the middle, in y and x."""
    image = ngff_zarr.to_ngff_image(pixels, dims=["y", "x"], scale={"y": 1.0, "x": 1.0}, translation={"y": 0.0, "x": 0.0})
    with contextlib.redirect_stdout(io.StringIO()):             # ITK-Wasm prints what it works on
        levels = ngff_zarr.to_multiscales(image, scale_factors=[2, 4, 8], chunks=128, method=method).images
        arrays = [np.asarray(level.data, float) for level in levels]
    seen = []
    for level, array in zip(levels, arrays):
        places = np.indices(array.shape) * np.array([level.scale["y"], level.scale["x"]])[:, None, None]
        found = (places * array).sum((1, 2)) / array.sum() + (level.translation["y"], level.translation["x"]) - middle
        assert np.allclose(*found, atol=0.05), found
        seen.append(round(float(found[0]), 1) + 0.0)
    return seen

def look(name, method):
    seen = shifts(blob, method), shifts(disc, method)
    print(f"{name}: blob", *seen[0], "| disc", *seen[1])
    return seen

methods = ngff_zarr.Methods
seen = {"default": look("default", None)}
for name in ("ITKWASM_LABEL_IMAGE", "DASK_IMAGE_GAUSSIAN", "DASK_IMAGE_NEAREST", "DASK_IMAGE_MODE"):
    seen[name] = look(name, getattr(methods, name))
still, half = [0, 0, 0, 0], [0, 0.5, 1.5, 3.5]
wanted = [(still, still), (still, still), (half, half), (half, [0, 0.4, 1, 4]), ([0, 1, 3, 7], [0, 1, 2.4, 8])]
sys.exit(list(seen.values()) != wanted)
PYTHON
