"""A long program grows neither in memory nor in open files; `benchmarks/load.py` runs ten thousand steps, this a few."""

import load
import pytest
from load import Sample, Tenth, grown, tenths

FLAT = [Sample(600.0, 12, 0.01 * step) for step in range(100)]


@pytest.mark.parametrize(
    ("late", "says"),
    [
        (Tenth(600, 12, 10), []),
        (Tenth(660, 12, 14), []),
        (Tenth(663, 12, 10), ["memory grew from 600 to 663 MB"]),
        (Tenth(600, 20, 10), []),
        (Tenth(600, 21, 10), ["open files grew from 12 to 21"]),
        (Tenth(600, 12, 16), ["a step took 10.0 ms of CPU, and then 16.0"]),
    ],
)
def test_what_grows_is_told(late, says):
    assert grown(Tenth(600, 12, 10), late) == says


def test_a_tenth_is_the_median_of_its_samples():
    assert tenths(FLAT) == [pytest.approx((600, 12, 10))] * 10


@pytest.mark.filterwarnings("default")
def test_a_short_prediction_neither_grows_nor_keeps_files_open(tmp_path):
    samples = load.slices(tmp_path, 60)
    early, *_, late = tenths(samples)[1:]
    assert len(samples) == 60
    assert grown(early._replace(step_ms=late.step_ms), late) == []
