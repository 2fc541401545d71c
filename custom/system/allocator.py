"""What becomes of the memory that torch frees on a CPU between the layers of a network."""

import ctypes
import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Parameters of glibc's mallopt, from malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_MMAP_MAX = -1, -3, -4

# The most that glibc keeps for itself rather than ask the system for each tensor anew, and where its own adjustment ends.
LARGEST_KEPT_BYTES = 2**25
NEVER = -1

# Variables of the environment by which glibc's allocator is set from outside; see mallopt(3).
SETTINGS = {"MALLOC_MMAP_THRESHOLD_", "MALLOC_MMAP_MAX_", "MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES"}

# What Dask gives every worker that its own configuration does not spare, which nobody chose for tensors.
BY_DASK = ("MALLOC_TRIM_THRESHOLD_", "65536")


@contextmanager
def freed_memory_kept(freed_bytes: float) -> Iterator[Callable[[], object]]:
    """Leaves what torch frees with the process, for the tensors to come; at the end it goes back to the system.

    Otherwise glibc returns each freed tensor of more than 32 MB, and smaller ones once they join to so much, and the system
    clears the pages of the next, again and again.

    The settings are the process's: other threads share them meanwhile, and find glibc's thresholds afterwards where large
    tensors drive them anyway. Where small objects pin the heap, its gaps stay as addresses without pages; a later tensor that
    fits one leaves its pages there when it is freed, until the next time.

    Gives a function that returns memory at once: call it where tensors of other sizes follow, which the old chunks do not fit.

    Args:
        freed_bytes: how much memory of the CPU layers take and free; up to 32 MB nothing is done, nor where the C library is
            not glibc, or the environment has settings of glibc's allocator (`MALLOC_MMAP_THRESHOLD_`, `GLIBC_TUNABLES`); that
            of Dask's workers does not count.
    """
    if freed_bytes <= LARGEST_KEPT_BYTES or platform.libc_ver()[0] != "glibc" or _set_from_outside():
        yield lambda: None
        return
    libc = ctypes.CDLL(None)
    libc.mallopt(M_MMAP_MAX, 0)
    libc.mallopt(M_TRIM_THRESHOLD, NEVER)
    try:
        yield lambda: libc.malloc_trim(0)
    finally:
        libc.mallopt(M_MMAP_MAX, 65536)
        libc.mallopt(M_MMAP_THRESHOLD, LARGEST_KEPT_BYTES)
        libc.mallopt(M_TRIM_THRESHOLD, 2 * LARGEST_KEPT_BYTES)
        libc.malloc_trim(0)


def _set_from_outside() -> bool:
    return any(name in SETTINGS and (name, value) != BY_DASK for name, value in os.environ.items())
