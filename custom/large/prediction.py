"""A block predicted: its labels, and on request its probabilities."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from custom.inferers.downsampling import enlarged
from custom.inferers.memory import first_width
from custom.inferers.tiles import mirrored, span
from custom.large.grid import Block
from custom.large.logits import Parts, Read, logits_of
from custom.large.network import Model
from custom.large.settings import Settings
from custom.system.allocator import freed_memory_kept
from custom.transforms import CalibratedProbabilitiesd

VECTOR = 64  # values: torch computes what a vector does not fill in another way, to other last bits
ROWS = 256


class Predicted(NamedTuple):
    """Labels (Z, Y, X), and probabilities (K, Z, Y, X) or None."""

    labels: NDArray[np.uint8]
    probabilities: NDArray[np.float32] | None


def predicted(model: Model, read: Read, block: Block, settings: Settings) -> Predicted:
    """The labels of a block, and its probabilities if the settings ask for them.

    Args:
        model: the network.
        read: gives pixels (B, C, h, w) of slices, rows and columns of the image as the network sees it.
        block: what is predicted.
        settings: the job's settings.
    """
    labels = np.empty(block.shape, np.uint8)
    classes = int(settings.network["out_channels"])
    probabilities = np.empty((classes, *block.shape), np.float32) if settings.probabilities else None
    largest_bytes = block.shape[1] * block.shape[2] * first_width(model.network) * 4 // settings.downsampling**2
    with torch.no_grad(), freed_memory_kept(largest_bytes if model.device.type == "cpu" else 0) as give_back:
        give_back()  # what the block before has left
        for slices, rows, columns, logits in _parts(model, read, block, settings):
            for z, image in zip(slices, logits, strict=True):
                chance = chances(image)
                place = (z - block.z.start, _within(rows, block.y), _within(columns, block.x))
                labels[place] = labelled(chance, settings.threshold).numpy()
                if probabilities is not None:
                    probabilities[(slice(None), *place)] = calibrated(chance, settings.temperature).numpy()
    return Predicted(labels, probabilities)


def chances(logits: Tensor) -> Tensor:
    """Probabilities (K, h, w) of logits: sigmoid of one channel, softmax of more; of a part the same as of the whole."""
    return _in_vectors(logits.float(), lambda flat: flat.sigmoid() if len(flat) == 1 else flat[None].softmax(dim=1)[0])


def calibrated(probabilities: Tensor, temperature: float) -> Tensor:
    """Probabilities (K, h, w) as `CalibratedProbabilitiesd` gives them; of a part the same as of the whole."""
    calibrate = CalibratedProbabilitiesd("pred", temperature)
    return _in_vectors(probabilities, lambda flat: calibrate({"pred": flat})["pred"])


def _in_vectors(values: Tensor, function: Callable[[Tensor], Tensor]) -> Tensor:
    flat = values.reshape(len(values), -1)
    padded = torch.nn.functional.pad(flat, [0, -flat.shape[1] % VECTOR]).contiguous()
    return function(padded)[:, : flat.shape[1]].reshape(values.shape)


def labelled(probabilities: Tensor, threshold: float) -> Tensor:
    """Labels (h, w) in uint8 from probabilities (K, h, w), as MONAI's `AsDiscrete` gives them."""
    if len(probabilities) == 1:
        return (probabilities[0] >= threshold).to(torch.uint8)
    return probabilities.argmax(dim=0).to(torch.uint8)


def looked_at(model: Model, block: Block, settings: Settings) -> tuple[list[int], list[int]]:
    """The rows and columns that a network looks at for a block, of the image or of the image made smaller."""
    seen, mirror = zip(*_seen(block, settings), strict=True), not model.network.padding
    spans = [(span(own.start, own.stop, length, model.context, mirror), length) for own, length in seen]
    rows, columns = (mirrored(one.first, one.last, length) for one, length in spans)
    return rows, columns


def _seen(block: Block, settings: Settings) -> tuple[tuple[slice, slice], tuple[int, int]]:
    """Rows and columns of a block in the image that the network sees, and the size of that image."""
    factor, (height, width) = settings.downsampling, settings.shape[-2:]
    if factor == 1:
        return (block.y, block.x), (height, width)
    size = (-(-height // factor), -(-width // factor))
    # Bilinear interpolation looks at one pixel more on each side.
    rows, columns = (
        slice(max(own.start // factor - 1, 0), min(-(-own.stop // factor) + 1, length))
        for own, length in zip((block.y, block.x), size, strict=True)
    )
    return (rows, columns), size


def _parts(model: Model, read: Read, block: Block, settings: Settings) -> Parts:
    """Logits on the image's own grid."""
    slices, factor = list(range(block.z.start, block.z.stop)), settings.downsampling
    (rows, columns), size = _seen(block, settings)
    alone = settings.shape[2] == 1 and settings.grid.counts[1:] == (1, 1, 1)
    if factor == 1:
        yield from logits_of(model, read, slices, rows, columns, size, alone)
        return
    for some in _batches(slices, rows, columns):
        whole: Tensor | None = None
        for chosen, a, b, part in logits_of(model, read, some, rows, columns, size, alone):
            if whole is None:
                whole = part.new_empty(len(some), part.shape[1], rows.stop - rows.start, columns.stop - columns.start)
            places = [some.index(z) for z in chosen]
            whole[places, :, _within(a, rows), _within(b, columns)] = part
        assert whole is not None
        for own, image in _enlarged_rows(whole, rows, columns, block, factor):
            yield some, own, block.x, image


def _batches(slices: list[int], rows: slice, columns: slice) -> Iterator[list[int]]:
    """The slices in groups of up to eight, as many as have a million pixels together."""
    number = max(1, min(8, 2**20 // ((rows.stop - rows.start) * (columns.stop - columns.start))))
    for start in range(0, len(slices), number):
        yield slices[start : start + number]


def _enlarged_rows(coarse: Tensor, rows: slice, columns: slice, block: Block, factor: int) -> Iterator[tuple[slice, Tensor]]:
    """Rows of the block, some at a time, so that little memory is taken."""
    for start in range(block.y.start, block.y.stop, ROWS * factor):
        stop = min(start + ROWS * factor, block.y.stop)
        first = max(start // factor - 1, rows.start)
        last = min(-(-stop // factor) + 1, rows.stop)
        large = enlarged(coarse[:, :, first - rows.start : last - rows.start].contiguous(), factor)
        left = block.x.start - columns.start * factor
        own = large[:, :, start - first * factor : stop - first * factor, left : left + block.shape[2]]
        yield slice(start, stop), own


def _within(part: slice, whole: slice) -> slice:
    return slice(part.start - whole.start, part.stop - whole.start)
