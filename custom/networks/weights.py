"""Weights from a file into a network, with one clear line when they do not belong together."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from custom.networks.group_norm import mend_group_norms
from custom.networks.layers import check_layers, kind_of
from custom.networks.published import check_published
from custom.storage.checkpoints import checkpoint_files, weights_file
from custom.storage.pointers import pointer

# What wraps a network while it trains on several GPUs, or compiled, puts its own name before those of the tensors.
PREFIXES = ("module.", "_orig_mod.")
SAVE = "save network.state_dict() alone"


def load_weights(network: nn.Module, checkpoint: str) -> nn.Module:
    """The network with the tensors of a checkpoint: a plain state dictionary, or the `last.pt` of a run.

    Nothing but tensors is ever unpickled; an empty path loads none. Group normalisation becomes a `GroupNormContiguous`.

    Args:
        network: the network whose layers are filled.
        checkpoint: path of the file.

    Raises:
        ValueError: if the file is missing, broken, holds code, or is not the one whose digest is published beside it, or if
            layers differ; the message names them.
    """
    mend_group_norms(network)
    if not checkpoint:
        return network
    if len(checkpoint_files(checkpoint)) > 1:
        raise ValueError(f"checkpoint: one file of weights must be named here, got {checkpoint!r}")
    check_published(checkpoint)
    wanted = network.state_dict()
    state = named_as(next(iter(wanted), ""), read_state_dict(checkpoint))
    check_layers(wanted, state, checkpoint)
    network.load_state_dict(state)
    return network


def read_checkpoint(path: str | Path) -> Any:
    """What `torch.save` wrote, as long as it is tensors, numbers, strings and containers of these.

    Raises:
        ValueError: if the file is missing, broken, or holds anything else.
    """
    path = weights_file(path)
    try:
        with warnings.catch_warnings(action="ignore"):  # torch warns of the protocol of pickles
            return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # broken files make torch raise anything; its advice to load without weights_only is harmful
        told = pointer(path) or f"is refused: it is broken, no file of torch.save, or holds more than tensors; {SAVE}"
        raise ValueError(f"checkpoint: {path} {told}") from error


def save_tensors(content: Any, path: str | Path) -> None:
    """Writes what `torch.save` can, with the same bytes for the same content.

    Given a path rather than an open file, `torch.save` also writes the file's name into it, which is a random one while a
    file is being written.
    """
    with Path(path).open("wb") as file:
        torch.save(content, file)


def read_state_dict(path: str | Path) -> Mapping[str, Tensor]:
    """The tensors of a state dictionary, of the only one in a dictionary, or of the network in the `last.pt` of a run.

    Their names are those in the network, without prefixes of what wrapped it.

    Raises:
        ValueError: if the file is missing or broken, or holds no tensors of a network.
    """
    return tensors_in(read_checkpoint(path), path)


def tensors_in(content: Any, path: str | Path) -> Mapping[str, Tensor]:
    """The tensors of what `read_checkpoint` gave, without the prefixes of wrapped networks.

    Raises:
        ValueError: if it holds no dictionary of tensors, or several, if two tensors have one name but for prefixes, or if one
            holds NaN, infinite, complex or boolean values.
    """
    content = _only_state(content, path)
    state = {_without_prefixes(str(name)): value for name, value in content.items()}
    if len(state) < len(content):
        raise ValueError(
            f"checkpoint: {path} holds tensors of one name with and without {' or '.join(PREFIXES)}; save one network"
        )
    for name, value in state.items():
        if value.is_complex() or value.dtype == torch.bool:
            raise ValueError(f"checkpoint: {path} is refused: {name} holds {kind_of(value)}, not floats; convert it to float32")
        if not torch.isfinite(value).all():
            raise ValueError(f"checkpoint: {path} is refused: {name} holds NaN or infinite values; take an earlier checkpoint")
    return state


def _only_state(content: Any, path: str | Path) -> dict[Any, Tensor]:
    if isinstance(content, dict) and isinstance(content.get("state"), dict):
        content = content["state"].get("network")
    if _is_state(content):
        return dict(content)
    inside = {name: value for name, value in content.items() if _is_state(value) and value} if isinstance(content, dict) else {}
    if len(inside) > 1:
        raise ValueError(f"checkpoint: {path} holds several networks: {', '.join(map(str, inside))}; save one")
    if not inside:
        raise ValueError(f"checkpoint: {path} is no state dictionary of tensors; {SAVE}")
    return dict(*inside.values())


def _is_state(content: Any) -> bool:
    return isinstance(content, dict) and all(isinstance(value, Tensor) for value in content.values())


def _without_prefixes(name: str) -> str:
    while name.startswith(PREFIXES):
        name = name.split(".", 1)[1]
    return name


def named_as(first: str, state: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """The tensors without the name of what held the network, `model.` in a module of Lightning, told by its first tensor's."""
    outer = "" if first in state else next((name.removesuffix(first) for name in state if name.endswith(f".{first}")), "")
    return {name.removeprefix(outer): value for name, value in state.items()}
