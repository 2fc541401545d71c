"""One network on several runtimes: the same labels, at other speeds.

Whatever runs it, the network keeps the attributes and layers that an inferer asks for the size of its context.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from custom.networks.ensemble import Ensemble
from custom.networks.layers import WITH_ITS_RECORD, check_layers
from custom.networks.onnx_model import onnx_model
from custom.networks.published import check_published
from custom.networks.sessions import start_onnxruntime, start_openvino
from custom.networks.unet import UNet
from custom.networks.weights import load_weights
from custom.storage.checkpoints import EXPORTED, checkpoint_files

# What each reads; a `.pt` is converted in memory.
RUNTIMES = {
    "torch": (".pt",),
    "torchscript": (".pt", ".ts"),
    "onnxruntime": (".pt", ".onnx"),
    "openvino": (".pt", ".onnx", ".xml"),
}
EXTRAS = {"onnxruntime": "onnx", "openvino": "openvino"}
EXPORT = "export the weights again with `python -m custom export`"


def load_for_runtime(
    network: UNet, checkpoint: str | Sequence[str], runtime: str = "torch", bfloat16: bool = False
) -> nn.Module:
    """The network with the weights of a checkpoint, as a runtime runs it.

    In float32 the logits are equal up to rounding, 1e-4. ONNX Runtime and OpenVINO compute on the CPU, with as many threads as
    torch; tensors of another device are taken there and back.

    Args:
        network: the network whose layers are filled; with an exported file it only tells the architecture.
        checkpoint: what `load_weights` reads, or an exported file: `.ts` for torchscript, `.onnx` for onnxruntime and
            openvino, `.xml` for openvino; several files are an `Ensemble`. An exported file is a program:
            load only files of people whom you trust.
        runtime: `"torch"`, `"torchscript"`, `"onnxruntime"` or `"openvino"`.
        bfloat16: whether OpenVINO computes in bfloat16 where the CPU has it; torch does by its autocast.

    Raises:
        ValueError: if the runtime is unknown, not installed or without bfloat16, or is ONNX Runtime or OpenVINO for a network
            that is no `UNet`; if the file is missing, broken or none that it reads, or of another architecture.
    """
    files = checkpoint_files(checkpoint)
    if len(files) > 1:
        return Ensemble([load_for_runtime(deepcopy(network), file, runtime, bfloat16) for file in files])
    checkpoint = files[0]
    suffix = Path(checkpoint).suffix
    exported = suffix in EXPORTED
    _check(runtime, suffix, exported, checkpoint)
    if runtime in EXTRAS and not isinstance(network, UNet):
        raise ValueError(f"runtime must be torch or torchscript for a {type(network).__name__}, got {runtime!r}")
    if bfloat16 and runtime == "onnxruntime":
        raise ValueError("bfloat16 must be False for onnxruntime; openvino has it")
    if exported:
        check_published(checkpoint)
    else:
        load_weights(network, checkpoint)
    if runtime == "torch":
        return network
    if runtime == "torchscript":
        return _scripted(network, checkpoint if exported else None)
    content = Path(checkpoint) if exported else onnx_model(network, extends=False)
    try:
        compute, channels = start_openvino(content, bfloat16) if runtime == "openvino" else start_onnxruntime(content)
    except Exception as error:  # each runtime has errors of its own for broken files, over many lines
        raise ValueError(f"checkpoint: {checkpoint} is refused: {runtime} cannot read it; {EXPORT}") from error
    _check_channels(network, channels, checkpoint)
    return ForeignNetwork(network, compute)


def _check(runtime: str, suffix: str, exported: bool, checkpoint: str) -> None:
    if runtime not in RUNTIMES:
        raise ValueError(f"runtime must be one of {', '.join(RUNTIMES)}, got {runtime!r}")
    if exported and suffix not in RUNTIMES[runtime]:
        fit = " or ".join(name for name, suffixes in RUNTIMES.items() if suffix in suffixes)
        raise ValueError(f"runtime must be {fit} for {checkpoint}, got {runtime!r}")
    if exported and not Path(checkpoint).is_file():
        raise ValueError(f"checkpoint: no file {checkpoint!r}; `python -m custom export` writes such files")
    if runtime in EXTRAS and find_spec(runtime) is None:
        raise ValueError(f'runtime: {runtime} is missing: pip install "unet-bundle[{EXTRAS[runtime]}]"')


class ForeignNetwork(nn.Module):
    """A U-Net whose forward pass something else than torch computes, on the CPU.

    Args:
        network: the same in torch, which tells of its depth, padding and layers; its own tensors are not used.
        compute: logits (N, K, H', W') of an image (N, C, H, W) whose sides fit, both float32 on the CPU.
    """

    memory_format = torch.contiguous_format  # layout of its input; any other is copied

    def __init__(self, network: UNet, compute: Callable[[Any], Any]) -> None:
        super().__init__()
        self.network = network.eval()
        self.depth = network.depth
        self.padding = network.padding
        self.compute = compute

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, K, H', W') of an image (N, C, H, W), on its device."""
        height, width = x.shape[-2:]
        if self.padding and (height % self.network.stride or width % self.network.stride):
            x = self.network.extended(x)
        logits = torch.from_numpy(self.compute(x.detach().cpu().float().contiguous().numpy())).to(x.device)
        return logits[:, :, :height, :width]

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> "ForeignNetwork":
        """Stays where it is when a config moves it to a GPU, so that inferers cut their tiles on the CPU."""
        return self


def _scripted(network: UNet, path: str | None) -> nn.Module:
    if path is None:
        return torch.jit.script(network.eval())
    try:
        loaded = torch.jit.load(path, map_location="cpu")  # type: ignore[no-untyped-call]
    except (RuntimeError, ValueError) as error:
        raise ValueError(f"checkpoint: {path} is refused: torchscript cannot read it; {EXPORT}") from error
    check_layers(network.state_dict(), loaded.state_dict(), path)
    if (loaded.depth, loaded.padding) != (network.depth, network.padding):
        raise ValueError(f"checkpoint: {path} is of another architecture: depth or padding differ; {WITH_ITS_RECORD}")
    return loaded.eval()


def _check_channels(network: UNet, channels: tuple[int, int], checkpoint: str) -> None:
    wanted = network.in_channels, network.head.out_channels
    if channels != wanted:
        raise ValueError(
            f"checkpoint: {checkpoint} is of another architecture: "
            f"it has {channels[0]} input and {channels[1]} output channels, not {wanted[0]} and {wanted[1]}; {WITH_ITS_RECORD}"
        )
