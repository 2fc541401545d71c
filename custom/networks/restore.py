"""The network that a file of weights belongs to."""

from pathlib import Path

from custom.networks.knowledge import read_record
from custom.networks.record import architecture_arguments
from custom.networks.unet import UNet
from custom.networks.unrecorded import FIRST
from custom.networks.weights import load_weights, named_as, read_state_dict


def restored_unet(checkpoint: str | Path, *, padding: bool | None = None) -> UNet:
    """The `UNet` whose weights a file holds, in evaluation mode, as its record or else its tensors describe it.

    Args:
        checkpoint: a plain state dictionary, or the `last.pt` of a run.
        padding: whether the convolutions pad; by default what the record says, or True.

    Raises:
        ValueError: if the file is missing or broken, or holds the weights of something else.
    """
    state = named_as(FIRST, read_state_dict(checkpoint))
    for name in (FIRST, "head.weight"):
        if name not in state:
            raise ValueError(f"checkpoint: {checkpoint} holds no weights of a UNet: {name} is missing; name others")
    arguments = architecture_arguments(read_record(checkpoint))
    network = UNet(**{**arguments, **({} if padding is None else {"padding": padding})})
    return load_weights(network, str(checkpoint)).eval()  # type: ignore[return-value]
