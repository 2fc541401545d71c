"""The context that a network needs for exact tiles, and the networks that no context suffices for."""

from collections.abc import Callable
from typing import Any

from torch import nn

from custom.inferers.tiles import Context, padded_margin, round_up
from custom.networks.sizes import stride as unet_stride
from custom.networks.sizes import valid_margin

BATCH_STATISTICS = ("BatchNorm", "SyncBatchNorm", "InstanceNorm")
GLOBAL_LAYERS = ("GroupNorm", "AdaptiveAvgPool", "AdaptiveMaxPool", "MultiheadAttention")


def unwrapped(network: Callable[..., Any]) -> Callable[..., Any]:
    """The network inside `DataParallel` or `DistributedDataParallel`, else the network."""
    wrappers = (nn.DataParallel, nn.parallel.DistributedDataParallel)
    return network.module if isinstance(network, wrappers) else network


def loaded(network: Callable[..., Any]) -> Callable[..., Any]:
    """The TorchScript module in the `Model` by which MONAI Deploy hands one over, else the network."""
    predictor = None if isinstance(network, nn.Module) else getattr(network, "predictor", None)
    return predictor if isinstance(predictor, nn.Module) else network


def sees_whole_images(network: Callable[..., Any]) -> bool:
    """Whether a layer looks at the whole of its input, so that no context suffices for a tile."""
    modules = network.modules() if isinstance(network, nn.Module) else ()
    return any(_kind(module).startswith(GLOBAL_LAYERS) or _takes_statistics(module) for module in modules)


def tells_its_context(network: Callable[..., Any]) -> bool:
    """Whether a network has the attributes of a `UNet` from which its context follows."""
    network = unwrapped(network)
    return hasattr(network, "depth") and hasattr(network, "padding")


def refuse_global_context(network: Callable[..., Any], whole_images: bool = False) -> None:
    """Let only those networks pass whose outputs depend on a neighbourhood.

    Args:
        network: the network.
        whole_images: whether it is given whole images; then it may look at all of one, but not at others beside it.

    Raises:
        ValueError: if a layer looks at the whole of its input: its result would depend on where the image is cut.
    """
    if not isinstance(network, nn.Module):
        return
    for name, module in network.named_modules():
        kind = _kind(module)
        if kind.startswith(GLOBAL_LAYERS) and not whole_images:
            raise ValueError(f"network must see a neighbourhood only, {name} ({kind}) sees the whole image: use SimpleInferer")
        takes = _takes_statistics(module)
        if (kind.startswith(BATCH_STATISTICS) and not takes and module.training) or (takes and not whole_images):
            mend = "train with batch normalisation, or use SimpleInferer" if takes else "call network.eval() first"
            raise ValueError(f"network must not take statistics from the image it is given, {name} ({kind}) does: {mend}")


def network_context(
    network: Callable[..., Any],
    *,
    depth: int | None = None,
    padding: bool | None = None,
    margin: int | None = None,
    stride: int | None = None,
) -> Context:
    """The context of a `UNet`, eager or scripted, from its own attributes; of another network, from the arguments.

    Args:
        network: the network, wrapped or not.
        depth: levels of a U-Net that has no attribute `depth`.
        padding: whether that U-Net pads; by default it does.
        margin: pixels on either side that outputs depend on; by default it follows from the depth.
        stride: pixels on whose multiples tiles begin; by default 2 ** (depth - 1).

    Raises:
        ValueError: if the network does not tell its depth and the arguments do not either, or if the margin is off the grid.
    """
    network = unwrapped(network)
    if tells_its_context(network):
        depth, padding = int(network.depth), bool(network.padding)  # type: ignore[attr-defined]
    if depth is None:
        if margin is None or stride is None:
            raise ValueError("network does not tell its depth: give depth (levels of a U-Net), or margin and stride in pixels")
        return _on_grid(Context(margin, stride))
    grid = stride or unet_stride(depth)
    blends = depth > 1 and _blends(network)
    if padding is None or padding:
        return _on_grid(Context(round_up(padded_margin(depth, blends), grid) if margin is None else margin, grid))
    # Bilinear upsampling repeats the edge of what it is given, which spoils stride - 1 pixels of the outermost output.
    least = valid_margin(depth) + (grid if blends else 0)
    return Context(least if margin is None else margin, grid, eaten=valid_margin(depth), remainder=-4 % grid)


def _on_grid(context: Context) -> Context:
    if context.margin % context.stride:
        raise ValueError(f"margin must be a multiple of the stride ({context.stride}), got {context.margin}")
    return context


def _takes_statistics(module: nn.Module) -> bool:
    """Whether a layer normalises by its own input in evaluation, too."""
    if not _kind(module).startswith(BATCH_STATISTICS):
        return False
    # A traced layer does not tell whether it tracks them; by default only instance normalisation does not.
    tracks = getattr(module, "track_running_stats", not _kind(module).startswith("InstanceNorm"))
    return not tracks or getattr(module, "running_mean", 0) is None


def _kind(module: nn.Module) -> str:
    """Name of a layer's class; a scripted layer keeps it as an attribute."""
    return str(getattr(module, "original_name", type(module).__name__))


def _blends(network: Callable[..., Any]) -> bool:
    if not isinstance(network, nn.Module):
        return False
    return any(_kind(module).startswith("Upsampl") and getattr(module, "mode", "") != "nearest" for module in network.modules())
