"""A tiny training on the simulated set gives the scores that it gave before, and the same bytes twice; tiles equal one pass."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from trust.golden import SCORES

TESTS = Path(__file__).parents[1]
# MKL computes otherwise on Intel's processors, unless it is told this; more threads add in another order.
SAME_EVERYWHERE = {"MKL_CBWR": "COMPATIBLE", "OMP_NUM_THREADS": "1"}


@pytest.fixture(scope="module")
def two_runs():
    environment = {**os.environ, "PYTHONPATH": f"{TESTS}:{TESTS.parent}", **SAME_EVERYWHERE}
    runs = [
        subprocess.run([sys.executable, "-m", "trust.golden"], env=environment, capture_output=True, text=True)
        for _ in range(2)
    ]
    assert [run.returncode for run in runs] == [0, 0], runs[-1].stderr
    return [json.loads(run.stdout.splitlines()[-1]) for run in runs]


def test_the_golden_run_gives_its_scores_and_twice_the_same_weights(two_runs):
    first, second = two_runs
    assert first == second
    assert {score: first[score] for score in SCORES} == pytest.approx(SCORES, abs=5e-5)


def test_tiles_and_strips_are_one_pass_bit_for_bit(two_runs):
    assert [(run["tiles"], run["strips"]) for run in two_runs] == [(0.0, 0.0), (0.0, 0.0)]
