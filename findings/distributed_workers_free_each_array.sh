#!/usr/bin/env bash
# A worker of dask.distributed 2026.8.0 gets the pages of every NumPy array of 1 MB anew from Linux; a plain Python keeps them.
#
# Expected: distributed sets MALLOC_TRIM_THRESHOLD_=65536 for its workers, so that glibc returns free memory at the top of its heap
#   sooner (its documentation: "Automatically trim memory"). Arrays that are freed and made again in a loop use the heap as before.
# Seen: by mallopt(3) any such variable also ends glibc's dynamic adjustment of the mmap threshold, which stays at 128 kB. So each
#   larger array is mapped, cleared page by page, and unmapped. A plain Python stops that after the first array: glibc raises the
#   threshold. A worker without the variable does as a plain Python does.
# Versions: Python 3.11, distributed and dask 2026.8.0, numpy 2.4.6, glibc 2.36.
# Output on 30 November 2026 (page faults for an array of 256 pages, the mean of 200):
#   plain Python: few
#   worker, as it comes: 256 or more
#   worker, without the variable: few
# For users: dask.config.set({"distributed.nanny.pre-spawn-environ": {"OMP_NUM_THREADS": 1}}) before the first LocalCluster leaves it out.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check distributed==2026.8.0 dask==2026.8.0 numpy==2.4.6
cd "$folder"
cat > look.py <<'PYTHON'
import sys
from resource import RUSAGE_SELF, getrusage

import dask
import numpy as np
from distributed import Client, LocalCluster


def faults():
    """Page faults for each of 200 arrays of 1 MB, one after the other."""
    for _ in range(50):
        np.ones(2**17)
    before = getrusage(RUSAGE_SELF).ru_minflt
    for _ in range(200):
        np.ones(2**17)
    return (getrusage(RUSAGE_SELF).ru_minflt - before) / 200


def in_a_worker():
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster, Client(cluster) as client:
        return client.submit(faults, pure=False).result()


if __name__ == "__main__":
    plain = faults()
    with dask.config.set({"distributed.nanny.pre-spawn-environ": {"OMP_NUM_THREADS": 1}}):
        without = in_a_worker()
    worker = in_a_worker()  # last, since distributed also sets the variable in this process, which further workers inherit
    for name, found in (("plain Python", plain), ("worker, as it comes", worker), ("worker, without the variable", without)):
        print(f"{name}: {'256 or more' if found >= 256 else 'few' if found < 26 else found}")
    sys.exit(not (plain < 26 and worker >= 256 and without < 26))
PYTHON
env -u MALLOC_TRIM_THRESHOLD_ venv/bin/python look.py
