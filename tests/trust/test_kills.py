"""Programs that are killed at random leave whole files and go on to the same result; disks that are full are one line."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@pytest.mark.slow
def test_what_is_tried_is_survived():
    """In a process of its own: children of one that has computed gradients cannot compute any."""
    command = [sys.executable, "-m", "trust", "kills", "disks", "places", "--number", "20", "--sizes", "2", "--kib", "256"]
    done = subprocess.run(command, cwd=TESTS, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    tried = {what: int(number) for number, what in re.findall(r"^(\d+) tried, 0 bad: (\w+)$", done.stdout, re.MULTILINE)}
    assert tried["kills"] >= 20
    assert tried["places"] == 11
    assert tried["disks"] == 8 or "nothing tried" in done.stdout  # only root may mount a small disk
