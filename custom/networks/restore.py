"""The network that a file of weights belongs to."""

from pathlib import Path

from custom.networks.unet import UNet
from custom.networks.weights import load_weights, read_state_dict


def restored_unet(checkpoint: str | Path, *, padding: bool) -> UNet:
    """The `UNet` whose weights a file holds, in evaluation mode; its channels, depth and layers are read off the tensors.

    Args:
        checkpoint: a plain state dictionary, or the `last.pt` of a run; of a network with transposed upsampling.
        padding: whether the convolutions pad, which weights do not tell.

    Raises:
        ValueError: if the file is missing or broken, or holds the weights of something else.
    """
    state = read_state_dict(checkpoint)
    for name in ("encoder.0.0.weight", "head.weight"):
        if name not in state:
            raise ValueError(f"checkpoint: {checkpoint} holds no weights of a UNet: {name} is missing")
    init_features, in_channels = state["encoder.0.0.weight"].shape[:2]
    network = UNet(
        in_channels=in_channels,
        out_channels=len(state["head.weight"]),
        init_features=init_features,
        depth=len({name.split(".")[1] for name in state if name.startswith("encoder.")}),
        padding=padding,
        batch_norm=any(name.endswith("running_mean") for name in state),
    )
    load_weights.__wrapped__(network, str(checkpoint))  # type: ignore[attr-defined]
    return network.eval()
