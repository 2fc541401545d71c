"""The front door with its streams closed, cut, or of few letters."""

import os
import subprocess
import sys

import pytest

from custom.system.streams import PIPE_CLOSED

SETTINGS = f"{sys.executable} -m custom settings"


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, check=False, timeout=120, env={**os.environ, **environment}
    )


@pytest.mark.slow
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away_ends_a_verb_without_a_word(unbuffered):
    done = shell(f"{SETTINGS} | true; echo ${{PIPESTATUS[0]}}", PYTHONUNBUFFERED=unbuffered)  # true ends before Python begins
    assert (done.stdout, done.stderr) == (f"{PIPE_CLOSED}\n", "")


@pytest.mark.slow
def test_closed_streams_are_no_fault():
    assert shell(f"{SETTINGS} >&- 2>&- <&-").returncode == 0
    assert shell(f"{sys.executable} -m custom nonsense 2>&-").returncode == 2


@pytest.mark.slow
def test_letters_that_an_encoding_lacks_are_shown_by_their_numbers():
    done = shell(SETTINGS, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u2013" in done.stdout
