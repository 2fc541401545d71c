"""Whether tensors are those of a network's layers."""

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

WITH_ITS_RECORD = "keep its model.json beside it, or set its architecture"


def check_layers(wanted: Mapping[str, Tensor], found: Mapping[str, Tensor], checkpoint: str | Path) -> None:
    """Makes sure that tensors have the names, shapes and kinds of numbers of the layers of a network.

    Args:
        wanted: what the network's `state_dict` gives.
        found: the tensors of a file.
        checkpoint: the file, for the error.

    Raises:
        ValueError: naming the first three that differ.
    """
    differing = differences(wanted, found)
    if differing:
        more = f" and {len(differing) - 3} more" if len(differing) > 3 else ""
        told = "; ".join(differing[:3])
        raise ValueError(f"checkpoint: {checkpoint} is of another architecture: {told}{more}; {WITH_ITS_RECORD}")


def kind_of(tensor: Tensor) -> str:
    """The type of its numbers, such as `float32`."""
    return str(tensor.dtype).removeprefix("torch.")


def differences(wanted: Mapping[str, Tensor], found: Mapping[str, Tensor]) -> list[str]:
    """Each layer that is missing, unknown, or of another shape or kind of number than wanted, in words."""
    lines = [f"{name} is missing" for name in wanted if name not in found]
    lines += [f"{name} is unknown" for name in found if name not in wanted]
    both = [name for name in wanted if name in found and wanted[name].shape != found[name].shape]
    lines += [f"{name} is {tuple(found[name].shape)}, not {tuple(wanted[name].shape)}" for name in both]
    return lines + [
        f"{name} holds {kind_of(found[name])}, not {kind_of(wanted[name])}"
        for name, value in wanted.items()
        if name in found and value.is_floating_point() != found[name].is_floating_point()
    ]
