from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from monai.transforms import NormalizeIntensityd

from custom.transforms import NormalizeChannelsd
from custom.transforms.exact_statistics import joined, mean_and_spread, sums_of

floats = arrays(np.float32, st.integers(1, 40), elements=st.floats(width=32, allow_nan=False, allow_infinity=False))


def test_values_without_a_mean_are_refused():
    with pytest.raises(ValueError, match="holds NaN or infinite values; write it again without them"):
        sums_of(np.array([1, np.nan], np.float32))


def test_equal_values_have_no_spread_at_all():
    assert mean_and_spread(sums_of(np.full(12345, 0.1, np.float32))) == (float(np.float32(0.1)), 0)


def test_large_whole_numbers_are_summed_exactly():
    values = np.full(3 * 2**20, 65535, np.float32)
    values[0] = 0
    assert sums_of(values).total == 65535 * (3 * 2**20 - 1) << 149


@settings(max_examples=60)
@given(floats, st.integers(0, 40))
def test_sums_are_exact_and_pieces_give_the_same_as_the_whole(values, cut):
    whole = sums_of(values)
    exact = [Fraction(float(value)) for value in values]
    assert Fraction(whole.total, 2**149) == sum(exact)
    assert Fraction(whole.squares, 2**298) == sum(value**2 for value in exact)
    assert joined([sums_of(values[cut:]), sums_of(values[:cut])]) == whole


def test_channels_are_normalised_as_by_monai_up_to_rounding():
    image = np.random.default_rng(0).normal(7, 3, (2, 50, 60)).astype(np.float32)
    image[1] = 5
    ours = NormalizeChannelsd("image")({"image": image})["image"]
    monai = NormalizeIntensityd("image", channel_wise=True)({"image": image.copy()})["image"]
    assert np.abs(np.asarray(ours) - np.asarray(monai)).max() < 1e-5
    assert not ours[1].any()
