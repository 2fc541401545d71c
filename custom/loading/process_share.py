"""The share of the images that each of several processes takes."""

from typing import Any

from monai.data import DistributedSampler
from torch import distributed


def process_share(dataset: Any, *, shuffle: bool, even_divisible: bool) -> DistributedSampler:
    """MONAI's `DistributedSampler`, after a look at whether there is an image for each process.

    Ends the program with one line, which the first process says, and code 1 if there is not.

    Args:
        dataset: the images, at least one for each process.
        shuffle: whether each epoch has an order of its own.
        even_divisible: whether images repeat so that all shares are of one size.
    """
    images, processes = len(dataset), distributed.get_world_size()
    if images < processes:
        line = (
            f"{images} images to {'train on' if shuffle else 'validate on'} are too few for {processes} processes, of which "
            f"each needs one: start {max(images, 1)} (--nproc_per_node={max(images, 1)}), or give more images"
        )
        raise SystemExit(line if distributed.get_rank() == 0 else 1)
    return DistributedSampler(dataset, even_divisible=even_divisible, shuffle=shuffle)
