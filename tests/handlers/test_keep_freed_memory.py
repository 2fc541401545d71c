"""Pages that the system hands out during a training's steps, in a process of its own: in this one earlier tests left chunks."""

import json
import platform
import subprocess
import sys

import pytest

PROGRAM = """
import json, resource
import torch
from ignite.engine import Engine
from custom.handlers import KeepFreedMemory

def faults(*_):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.ones(2**24)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

found = {}
for device in ("cuda", "cpu"):
    steps = []
    trainer = Engine(lambda *_: steps.append(faults()))
    KeepFreedMemory(device).attach(trainer)
    trainer.run(range(24), max_epochs=2)
    found[device] = [sum(steps[16:24]) / 8, sum(steps[40:]) / 8]
print(json.dumps(found))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not glibc")
def test_memory_is_kept_within_the_epochs_of_a_cpu() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    found = json.loads(run.stdout)
    assert min(found["cuda"]) > 2**26 / 4096 / 2
    assert max(found["cpu"]) < min(found["cuda"]) / 4
