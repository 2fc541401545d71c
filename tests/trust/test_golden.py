"""A tiny training on the simulated set gives the scores that it gave before, and the same bytes twice."""

import pytest
from trust.doors import outcome_of
from trust.golden import ON_INTEL, SCORES, golden, joined, simulated

from custom.system.threads import one_thread


@pytest.mark.filterwarnings("default")
def test_the_golden_run_gives_its_scores_and_twice_the_same_weights(tmp_path):
    found: list[dict[str, float | str]] = []
    data = simulated(tmp_path)
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        with one_thread():  # more of them add in another order
            outcome = outcome_of(lambda: found.append(golden(data, tmp_path / name)))  # noqa: B023
        assert outcome.code == 0, outcome.lines[-1]
    assert found[0] == found[1]
    scores = {score: found[0][score] for score in SCORES}
    assert any(scores == pytest.approx(known, abs=5e-5) for known in (SCORES, ON_INTEL))


def test_tiles_and_strips_are_one_pass_bit_for_bit():
    assert joined() == {"tiles": 0.0, "strips": 0.0}
