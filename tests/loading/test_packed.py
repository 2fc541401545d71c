"""Arrays in few bytes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom.loading.packed import pack, unpack


def same(first: np.ndarray, second: np.ndarray) -> bool:
    return first.dtype == second.dtype and first.shape == second.shape and first.tobytes() == second.tobytes()


def test_codes_and_values_by_hand():
    codes, values = pack(np.array([[-0.5, 1.25, -0.5, 1.25] * 4, [1.25, 1.25, 3.0, 1.25] * 4], np.float32))
    assert codes.dtype == np.uint8 and len(values) == 2
    decoded = [[channel[code] for code in row] for row, channel in zip(codes, values, strict=True)]
    assert decoded == [[-0.5, 1.25, -0.5, 1.25] * 4, [1.25, 1.25, 3.0, 1.25] * 4]


@pytest.mark.parametrize(("levels", "share"), [(256, 0.27), (5000, 0.66), (10**6, 1)])
def test_normalised_images_of_8_bits_take_a_quarter_and_of_16_bits_half_of_the_memory(levels, share):
    image = np.random.default_rng(0).integers(0, levels, (3, 256, 256)).astype(np.float32)
    image = (image - image.mean((1, 2), keepdims=True)) / image.std((1, 2), keepdims=True)
    packed = pack(image)
    assert packed.codes.nbytes + (packed.values.nbytes if packed.values is not None else 0) <= share * image.nbytes
    assert same(unpack(packed), image)


def test_what_was_unpacked_is_a_copy():
    for array in (np.zeros((1, 2), np.uint8), np.zeros((1, 64), np.float32)):
        packed = pack(array)
        unpack(packed)[:] = 1
        assert not unpack(packed).any()


@given(
    st.sampled_from(["f4", "f8", "f2", "i4", "u2", "i8", "u1"]), st.integers(1, 400), st.integers(0, 3), st.integers(0, 60),
    st.integers(0, 99),
)  # fmt: skip
def test_every_array_comes_back_bit_for_bit(dtype, levels, channels, columns, seed):
    array = np.random.default_rng(seed).integers(0, levels, (channels, 20, columns)).astype(dtype)
    if array.dtype.kind == "f" and array.size > 3:
        array.flat[:4] = [np.nan, -0.0, np.inf, 0.0]
    assert same(unpack(pack(array)), array)
