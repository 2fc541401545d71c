"""Labels of one channel and of whole numbers."""

import numpy as np
import pytest

from custom.files import whole_numbers
from custom.files.kinds import Header, Image
from custom.files.labels import one_channel


def image(values):
    channels = values.shape[2] if values.ndim == 3 else 1
    return Image(Header(values.shape[:2], channels, values.dtype), values)


def test_unequal_or_other_channels_are_refused():
    values = np.zeros((3, 4, 3), np.uint8)
    values[1, 2, 2] = 1
    with pytest.raises(ValueError, match="its 3 channels differ, a mask has 1: save it as grey"):
        one_channel(image(values))
    with pytest.raises(ValueError, match="wrong channel count 2, a mask has 1: save it as grey"):
        one_channel(image(values[..., :2]))


def test_equal_channels_are_one():
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4)
    label = one_channel(image(np.stack([grey] * 3, axis=-1)))
    assert label.header.channels == 1
    assert np.array_equal(label.values, grey)
    assert one_channel(label) is label


@pytest.mark.parametrize(
    ("values", "whole"),
    [
        ([0, 0.9999, 1], [0, 1, 1]),
        ([0, 0.9961, 2], [0, 1, 2]),  # 2 / 255 a step
        ([0, 0.5, 1], [0, 0.5, 1]),
        ([0, 0.99, 1], [0, 0.99, 1]),
        ([0, 126.9, 255], [0, 127, 255]),
        ([0, 126.6, 255], [0, 126.6, 255]),
        ([-0.9999, 0, 1], [-1, 0, 1]),
        ([0, 0.0005, 0.001], [0, 0.0005, 0.001]),  # a slope scales them: rounded, the label would be empty
        ([0, 1e-8], [0, 0]),
    ],
)
def test_only_rounding_is_undone(values, whole):
    assert whole_numbers(np.array(values)).tolist() == whole


def test_what_is_no_number_stays_and_whole_numbers_are_not_copied():
    odd = np.array([np.nan, np.inf, -np.inf, 0.9999])
    assert np.array_equal(whole_numbers(odd), [np.nan, np.inf, -np.inf, 1], equal_nan=True)
    for values in (np.array([0, 1]), np.array([0.0, 1.0, 2.5])):
        assert whole_numbers(values) is values
