"""Programs that are killed at random leave whole files and go on to the same result; disks that are full are one line."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@pytest.mark.slow
@pytest.mark.parametrize(("what", "options"), [("kills", ["--number", "20"]), ("disks", ["--number", "6"])])
def test_what_is_tried_is_survived(what, options):
    """In a process of its own: children of one that has computed gradients cannot compute any."""
    done = subprocess.run(
        [sys.executable, "-m", "trust", what, *options], cwd=TESTS, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (found := re.search(rf"^(\d+) tried, 0 bad: {what}$", done.stdout, re.MULTILINE)), done.stdout
    if "nothing tried" in done.stdout:
        pytest.skip("only root may mount a small disk")
    assert int(found[1]) >= int(options[-1])
