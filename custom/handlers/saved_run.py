"""What `last.pt` holds, checked before a training goes on with it: whatever does not fit is one line."""

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.parallel import DistributedDataParallel
from torch.optim import Optimizer

from custom.networks.layers import differences
from custom.networks.weights import read_checkpoint, tensors_in
from custom.settings.rules import is_finite, is_whole
from custom.text.one_line import one_line

PARTS = ("scaler", "settings", "state")
NUMBERS = ("epoch", "iteration", "best_metric", "best_metric_epoch")


def undistributed(value: Any) -> Any:
    """The network in `DistributedDataParallel`, else the value itself."""
    return value.module if isinstance(value, DistributedDataParallel) else value


def read_saved(path: Path) -> dict[str, Any]:
    """The content of a `last.pt`, of which numbers and parts are there.

    Raises:
        ValueError: if the file is broken, of something else, or of an epoch that cannot be.
    """
    saved = read_checkpoint(path)
    if (
        not isinstance(saved, dict)
        or not saved.keys() >= {*PARTS, *NUMBERS}
        or not all(isinstance(saved[name], dict) for name in PARTS)
    ):
        raise ValueError(f"resume: {path} was not written by a training of this bundle; name the folder of one")
    epoch, iteration, best, best_epoch = (saved[name] for name in NUMBERS)
    if not (is_whole(epoch) and is_whole(iteration) and min(epoch, iteration) >= 1):
        raise _refused(path, f"it is of epoch {epoch!r} and step {iteration!r}")
    if not (is_finite(best) and is_whole(best_epoch) and best_epoch <= epoch):
        raise _refused(path, f"its best score is {best!r}, of epoch {best_epoch!r}")
    return saved


def restore(state: Mapping[str, Any], saved: Mapping[str, Any], path: Path) -> None:
    """Takes a saved state over into objects.

    Args:
        state: objects with `state_dict` and `load_state_dict`, by name.
        saved: what `read_saved` gave, with a state of each of them.
        path: the file, as messages name it.

    Raises:
        ValueError: naming the first part that does not fit, or holds NaN or infinite numbers.
    """
    for name, value in state.items():
        found = saved["state"][name]
        if name == "network":
            found = dict(tensors_in(saved, path))
            differing = differences(undistributed(value).state_dict(), found)
            if differing:
                raise _refused(path, f"its network is another: {'; '.join(differing[:3])}")
        if not isinstance(found, dict) or ("last_epoch" in value.state_dict() and not is_whole(found.get("last_epoch"))):
            raise _refused(path, f"its {name} holds something else")
        if not all(map(_is_number, _numbers(found))):
            raise _refused(path, f"its {name} holds NaN or infinite values")
        try:
            undistributed(value).load_state_dict(found)
        except Exception as error:  # torch raises anything
            raise _refused(path, f"its {name} does not fit: {one_line(error)}") from error
        if isinstance(value, Optimizer) and not _fits(value):
            raise _refused(path, f"its {name} is of tensors of other shapes")


def _refused(path: Path, why: str) -> ValueError:
    return ValueError(f"resume: {path} is refused: {why}; take it from the training again, or start anew")


def _fits(optimizer: Optimizer) -> bool:
    """Whether what an optimizer keeps of each tensor has the tensor's shape, or is a number."""
    kept = ((tensor, value) for tensor, values in optimizer.state.items() for value in values.values())
    return all(value.shape in ((), tensor.shape) for tensor, value in kept if isinstance(value, Tensor))


def _numbers(content: Any) -> Iterator[float | Tensor]:
    if isinstance(content, float | Tensor):
        yield content
    values: Sequence[Any] = list(content.values()) if isinstance(content, Mapping) else []
    for value in content if isinstance(content, list | tuple) else values:
        yield from _numbers(value)


def _is_number(value: float | Tensor) -> bool:
    return bool(torch.isfinite(value).all()) if isinstance(value, Tensor) else math.isfinite(value)
