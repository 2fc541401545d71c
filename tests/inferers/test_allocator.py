"""The memory of a pass on a CPU, as the system counts it."""

import platform
from pathlib import Path

import pytest
import torch

from custom.inferers.allocator import LARGEST_KEPT_BYTES, freed_memory_kept

resource = pytest.importorskip("resource", reason="this system does not count page faults")
pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not glibc")


def faults() -> int:
    """Pages that the system hands out for a tensor of 64 MB, which is then freed."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.ones(2**24)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def resident_bytes() -> int:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def test_memory_of_large_tensors_is_used_again_and_given_back_at_the_end() -> None:
    with freed_memory_kept(2**26):
        pass  # the end of which gives back what earlier tests have left
    before = resident_bytes()
    with freed_memory_kept(2**26):
        faults()
        faults()  # two chunks take turns, since an aligned tensor does not fit the one just freed
        assert resident_bytes() > before + 2**25
        again = faults()
    assert resident_bytes() < before + 2**25
    assert 4 * again < faults()


def test_memory_is_given_back_when_asked_for() -> None:
    with freed_memory_kept(2**26) as give_back:
        give_back()
        before = resident_bytes()
        faults()
        faults()
        assert resident_bytes() > before + 2**25
        give_back()
        assert resident_bytes() < before + 2**25


def test_nothing_is_kept_for_small_tensors() -> None:
    with freed_memory_kept(LARGEST_KEPT_BYTES):
        faults()
        assert faults() > 0


def test_an_error_ends_it_too() -> None:
    with pytest.raises(ZeroDivisionError), freed_memory_kept(2**26):
        raise ZeroDivisionError
    faults()
    assert faults() > 0
