"""Which images of a datalist are slices of one patient, told from their paths."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from custom.data.kaggle import patient_of_slice
from custom.files import read_header


class SeriesBatches:
    """Batches of indices into a datalist, for the `batch_sampler` of a `DataLoader`: a patient's slices, all else alone.

    Slices of one patient are neighbours in the datalist, lie as `<patient>/<patient>_<n>.tif` (or .tiff, .png), all of one
    suffix, and are of one size and number of channels. Other names tell too little to call two images neighbours. A file whose
    header cannot be read parts the slices before it from those behind.

    Args:
        data: dictionaries with the path of an `image`; the slices of a patient in their order.
        together: whether to put slices together at all, so that a config can switch it.
        finished: tells of the items of a batch whether they need not be predicted again; such a batch is left out as a whole,
            so that each patient's slices stay together.
    """

    def __init__(
        self,
        data: Sequence[Mapping[str, Any]],
        together: bool = True,
        finished: Callable[[Sequence[Mapping[str, Any]]], bool] | None = None,
    ) -> None:
        keys = [_series(str(item["image"])) if together else None for item in data]
        groups = groupby(range(len(data)), key=lambda index: keys[index] or index)
        batches = [list(group) for _, group in groups]
        self.batches = [batch for batch in batches if finished is None or not finished([data[index] for index in batch])]

    def __iter__(self) -> Iterator[list[int]]:
        """In the order of the datalist."""
        return iter(self.batches)

    def __len__(self) -> int:
        """The number of batches."""
        return len(self.batches)


def _series(path: str) -> tuple[Any, ...] | None:
    """What the slices of a patient have in common; None for an image that is no such slice, or cannot be read."""
    file = Path(path)
    if not patient_of_slice(file):
        return None
    try:
        header = read_header(path)
    except ValueError:
        return None
    return file.parent, file.suffix, header.size, header.channels
