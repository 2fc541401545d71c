"""The memory of a pass on a CPU, as the system counts it for a process of its own: in this one earlier tests left chunks."""

import json
import os
import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not glibc")

PROGRAM = """
import json, resource
import torch
from custom.system.allocator import LARGEST_KEPT_BYTES, freed_memory_kept

def resident_mb():  # without files, whose pages the system takes and gives as it likes
    status = open("/proc/self/status").read()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("RssAnon"))

def faults():  # pages that the system hands out for a tensor of 64 MB, which is then freed
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.ones(2**24)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

def warmed():  # an aligned tensor does not fit the chunk just freed, so that several chunks take turns
    for _ in range(12):
        faults()

warmed()
found = {"usual": faults(), "usual_mb": resident_mb()}
with freed_memory_kept(LARGEST_KEPT_BYTES):
    warmed()
    found["small"] = faults()
with freed_memory_kept(2**26) as give_back:
    warmed()
    found |= {"kept": sum(faults() for _ in range(8)) / 8, "kept_mb": resident_mb()}
    give_back()
    found["given_back_mb"] = resident_mb()
    warmed()
found |= {"after_mb": resident_mb(), "after": faults()}
try:
    with freed_memory_kept(2**26):
        raise ZeroDivisionError
except ZeroDivisionError:
    found["after_error"] = faults()
print(json.dumps(found))
"""


def run_program(**variables: str) -> dict[str, float]:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env={**os.environ, **variables}
    )
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def found() -> dict[str, float]:
    return run_program()


def test_memory_of_large_tensors_is_used_again(found: dict[str, float]) -> None:
    assert 4 * found["kept"] < found["usual"]
    assert found["kept_mb"] > found["usual_mb"] + 32


def test_kept_memory_goes_back_when_asked_for_and_at_the_end(found: dict[str, float]) -> None:
    assert found["given_back_mb"] < found["usual_mb"] + 32
    assert found["after_mb"] < found["usual_mb"] + 32


def test_nothing_is_kept_for_small_tensors_afterwards_and_after_an_error(found: dict[str, float]) -> None:
    assert min(found[name] for name in ("small", "after", "after_error")) > found["usual"] / 2


@pytest.mark.parametrize(("name", "value"), [("MALLOC_MMAP_THRESHOLD_", "1048576"), ("MALLOC_TRIM_THRESHOLD_", "65537")])
def test_settings_of_the_environment_stand(name: str, value: str) -> None:
    found = run_program(**{name: value})
    assert found["kept"] > found["usual"] / 2


def test_what_dask_gives_its_workers_is_no_such_setting() -> None:
    found = run_program(MALLOC_TRIM_THRESHOLD_="65536")
    assert 4 * found["kept"] < found["usual"]
