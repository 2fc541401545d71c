"""How many threads torch computes with."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread(alone: bool = True) -> Iterator[None]:
    """A block in which torch computes on the calling thread alone, for many operations on small tensors.

    Its other threads would be woken for each of them, and then wait for the next one with their CPU busy.

    Args:
        alone: whether to do so at all.
    """
    before = torch.get_num_threads()
    if not alone or before == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
