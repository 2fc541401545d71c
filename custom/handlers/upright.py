"""Slices with rows before columns, as a person looks at them."""

from collections.abc import Callable, Sequence
from typing import Any

from monai.handlers import from_engine


def upright_from_engine(keys: Sequence[str]) -> Callable[[Any], Any]:
    """MONAI's `from_engine`, with the axes of each slice swapped: the reader gives (C, W, H), TensorBoard shows (C, H, W).

    Args:
        keys: which entries of the decollated items; one gives a list of slices, several a tuple of lists.
    """
    parts = [from_engine(key) for key in keys]

    def upright(items: Any) -> Any:
        """The images of a batch with rows before columns."""
        swapped = [[image.swapaxes(1, 2) for image in part(items)] for part in parts]
        return swapped[0] if len(swapped) == 1 else tuple(swapped)

    return upright
