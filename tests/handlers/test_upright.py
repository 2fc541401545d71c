"""Slices turned for TensorBoard."""

import torch

from custom.handlers import upright_from_engine

ITEMS = [{"image": torch.arange(6.0).reshape(1, 2, 3), "pred": torch.ones(1, 2, 3)}]


def test_rows_become_columns():
    (slice_,) = upright_from_engine(["image"])(ITEMS)
    assert slice_.tolist() == [[[0, 3], [1, 4], [2, 5]]]


def test_several_keys_give_a_list_each():
    images, preds = upright_from_engine(["image", "pred"])(ITEMS)
    assert [item.shape for item in (*images, *preds)] == [(1, 3, 2), (1, 3, 2)]
