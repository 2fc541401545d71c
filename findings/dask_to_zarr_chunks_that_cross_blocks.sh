#!/usr/bin/env bash
# dask 2026.8.0's to_zarr with chunks or shards that do not fit its blocks loses data, in silence, with zarr 3.1.6.
#
# Expected: Array.to_zarr checks alignment, or rechunks to what it is told to write, or raises: Zarr's smallest unit of a write is a
#   chunk (a shard, where there are shards), so two tasks that write parts of one overwrite each other.
# Seen: arguments given as keywords set the stored chunks and leave the blocks as they are. Blocks of 4 into chunks of 6, or into shards of
#   6, leave runs of fill value 0 in the file; which ones differs from run to run. 20 runs of 20 lost values (dask issue 12583). Where
#   the blocks are whole multiples of the chunk or shard, all is well.
# Versions: Python 3.11, dask 2026.8.0, zarr 3.1.6, numpy 2.4.6. Output on 28 November 2026:
#   chunks (6,): 20 of 20 files have lost values
#   shards (6,) of chunks (2,): 20 of 20 files have lost values
#   chunks (2,): 0 of 20 files have lost values
# For users: rechunk to a multiple of the shard before to_zarr, and compare a checksum after it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dask==2026.8.0 zarr==3.1.6 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import dask, dask.array, numpy as np, zarr

values = np.arange(1, 101)
dask.config.set(scheduler="threads", num_workers=4)

def lost(**layout):
    """Of 20 files, how many do not hold what was written."""
    bad = 0
    for number in range(20):
        path = f"{'-'.join(layout)}{layout['chunks'][0]}-{number}.zarr"
        dask.array.from_array(values, chunks=(4,)).to_zarr(path, **layout)
        bad += not np.array_equal(zarr.open_array(path, mode="r")[:], values)
    return bad

seen = {"chunks (6,)": lost(chunks=(6,)), "shards (6,) of chunks (2,)": lost(chunks=(2,), shards=(6,)), "chunks (2,)": lost(chunks=(2,))}
for name, bad in seen.items():
    print(f"{name}: {bad} of 20 files have lost values")
sys.exit(not (seen["chunks (6,)"] and seen["shards (6,) of chunks (2,)"] and not seen["chunks (2,)"]))
PYTHON
