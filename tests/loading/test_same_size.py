"""Images of several sizes in batches."""

from collections.abc import Sequence

import pytest
import torch
from monai.data import CacheDataset, DataLoader
from monai.transforms import Transform

from custom.loading import SameSizeBatches


def items(sides: Sequence[int]) -> list[dict[str, torch.Tensor]]:
    return [{"image": torch.full((1, side, 4), float(number))} for number, side in enumerate(sides)]


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(ValueError, match="batch_size must be at least 1, got 0"):
        SameSizeBatches(items([3]), 0)


def test_images_of_one_size_are_batched_in_order_as_by_a_plain_loader():
    batches = SameSizeBatches(items([3] * 7), 3)
    assert list(batches) == [[0, 1, 2], [3, 4, 5], [6]] and len(batches) == 3


def test_only_images_of_one_size_share_a_batch_and_each_comes_once():
    sides = [3, 5, 3, 5, 3, 4, 3, 5]
    batches = SameSizeBatches(items(sides), 3)
    assert list(batches) == [[0, 2, 4], [1, 3, 7], [5], [6]] and len(batches) == 4


def test_the_share_of_a_process_is_batched():
    assert list(SameSizeBatches(items([3, 5, 3, 5, 3]), 2, sampler=[0, 1, 2, 4])) == [[0, 2], [1], [4]]


@pytest.mark.parametrize("num_workers", [0, 2])
def test_a_cached_set_is_loaded_once_and_comes_out_of_the_loader(num_workers):
    loaded: list[int] = []

    class Load(Transform):
        def __call__(self, data: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
            loaded.append(1)
            return data

    dataset = CacheDataset(items([3, 5, 3]), Load(), progress=False)
    loader = DataLoader(dataset, batch_sampler=SameSizeBatches(dataset, 2), num_workers=num_workers)
    assert [batch["image"][:, 0, 0, 0].tolist() for batch in loader] == [[0, 2], [1]]
    assert len(loader) == 2 and len(loaded) == 3
