"""Compare exact strips and tiles with MONAI's sliding window: speed, work, memory, and how far each is from one pass.

    python benchmarks/overlap_tile.py [--sizes 2048 4096] [--tile 1024] [--repeats 1] [--device cpu] [--openvino] [--json FILE]

The network is the default one with seeded weights, normalised on the image and with half of the logits above 0, so that many
pixels lie close to the threshold; the image is smooth noise. All rows use the channels-last layout, but for those of MONAI that
are said to be contiguous, as they are unless one asks for another; the fastest repeat counts.
Peak memory is what a method adds to the image and the network; the whole image in one pass takes about 10 GB at 4096×4096.
"""

import argparse
import ctypes
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from monai.inferers import Inferer, SimpleInferer, SlidingWindowInferer
from scipy.ndimage import gaussian_filter
from torch import Tensor

from custom.inferers import OverlapTileInferer
from custom.networks import UNet, with_padding

Network = Callable[[Tensor], Tensor]


def smooth_noise(size_px: int, seed: int) -> Tensor:
    """An image (1, 3, H, W) of structures of 1, 4 and 16 pixels."""
    noise = np.random.default_rng(seed).standard_normal((3, size_px, size_px), dtype=np.float32)
    image = sum(gaussian_filter(noise, (0, sigma, sigma)) * sigma for sigma in (1, 4, 16))
    return torch.from_numpy(image / image.std())[None]


def seeded_network(image: Tensor, seed: int) -> UNet:
    torch.manual_seed(seed)
    network = UNet().to(image.device, memory_format=torch.channels_last)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    network(image[..., :512, :512])
    network.eval()
    network.head.bias -= network(image[..., :512, :512]).median()
    return network


def sliding(size_px: int, overlap: float) -> SlidingWindowInferer:
    return SlidingWindowInferer(size_px, sw_batch_size=4, overlap=overlap, mode="gaussian")


class CountingConv(torch.nn.Conv2d):
    """A convolution that notes how many pixels it computes. (Strips are not for networks with hooks.)"""

    pixels: ClassVar[list[int]] = []

    def forward(self, x: Tensor) -> Tensor:
        output = super().forward(x)
        self.pixels.append(output[:, 0].numel())
        return output


@contextmanager
def counted(network: Network) -> Iterator[tuple[Network, list[int]]]:
    """A network, and the pixels that its first convolution computes, or of a plain function those that it is given."""
    if isinstance(network, UNet):
        network.encoder[0][0].__class__ = CountingConv
        CountingConv.pixels.clear()
        try:
            yield network, CountingConv.pixels
        finally:
            network.encoder[0][0].__class__ = torch.nn.Conv2d
        return
    pixels = []

    def counting(x: Tensor) -> Tensor:
        pixels.append(x[:, 0].numel())
        return network(x)

    yield counting, pixels


def peak_bytes(device: torch.device, reset: bool = False) -> int:
    """Highest memory of the process, or of the GPU, since the last reset; 0 where the system does not tell."""
    if device.type == "cuda":
        if reset:
            torch.cuda.reset_peak_memory_stats(device)
        return torch.cuda.memory_allocated(device) if reset else torch.cuda.max_memory_allocated(device)
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    if reset:
        # What earlier rows freed must go back to the system, or the next one would take it unnoticed.
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["VmRSS" if reset else "VmHWM"].split()[0]) * 1024


def measure(
    inferer: Inferer, network: Network, image: Tensor, whole: Tensor | None, repeats: int
) -> tuple[dict[str, float], Tensor]:
    before = peak_bytes(image.device, reset=True)
    seconds = float("inf")
    for _ in range(repeats):
        logits = None
        with counted(network) as (used, pixels):
            start = time.perf_counter()
            logits = inferer(image, used)
            if image.is_cuda:
                torch.cuda.synchronize()
            seconds = min(seconds, time.perf_counter() - start)
    outputs = image[0, 0].numel()
    row = {
        "seconds": seconds,
        "pixels_per_second": outputs / seconds,
        "computed_per_output": sum(pixels) / outputs,
        "peak_mb": (peak_bytes(image.device) - before) / 2**20,
        "max_logit_difference": 0.0 if whole is None else float((logits - whole).abs().max()),
        "flipped_pixels": 0 if whole is None else int(((logits > 0) != (whole > 0)).sum()),
    }
    return row, logits


def openvino(network: UNet) -> Network:
    """The network compiled by OpenVINO in float32."""
    import openvino as ov

    model = ov.convert_model(network, example_input=torch.zeros(1, 3, 256, 256))
    compiled = ov.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return lambda x: torch.from_numpy(compiled(x.contiguous().numpy())[0])


def tiles(tile_size: int, mirror: bool, padding: bool = True) -> OverlapTileInferer:
    return OverlapTileInferer(tile_size, mirror=mirror, depth=5, padding=padding, memory_limit_mb=1e6)


@torch.no_grad()
def compare(
    size_px: int, tile_size: int, device: str, seed: int, with_openvino: bool, repeats: int
) -> dict[str, dict[str, float]]:
    image = smooth_noise(size_px, seed).to(device, memory_format=torch.channels_last)
    network = seeded_network(image, seed)
    table = {}

    def add(name: str, inferer: Inferer, used: Network, whole: Tensor | None, given: Tensor = image) -> Tensor:
        table[name], logits = measure(inferer, used, given, whole, repeats)
        row = table[name]
        print(
            f"{name:36}{row['seconds']:8.2f}{row['pixels_per_second'] / 1e6:9.3f}{row['computed_per_output']:9.2f}"
            f"{row['max_logit_difference']:12.2e}{row['flipped_pixels']:9}{row['peak_mb']:9.0f}",
            flush=True,
        )
        return logits

    print(f"{f'{size_px}×{size_px}':36}{'s':>8}{'Mpx/s':>9}{'computed':>9}{'max |Δ|':>12}{'flipped':>9}{'peak MB':>9}")
    plain = add("whole image", SimpleInferer(), network, None)
    add("exact strips", OverlapTileInferer(mirror=False), network, plain)
    add(f"exact tiles {tile_size}", tiles(tile_size, mirror=False), network, plain)
    for roi in (256, 512):
        for overlap in (0.25, 0.5):
            add(f"MONAI sliding window {roi}, {overlap}", sliding(roi, overlap), network, plain)
    contiguous = deepcopy(network).to(memory_format=torch.contiguous_format)
    for roi in (256, 512):
        add(f"MONAI {roi}, 0.25, contiguous", sliding(roi, 0.25), contiguous, plain, image.contiguous())
    if with_openvino:
        add(f"exact tiles {tile_size}, OpenVINO", tiles(tile_size, mirror=False), openvino(network), plain)
    mirrored = add("whole image, mirrored", tiles(size_px, mirror=True), network, None)
    add("exact strips, mirrored", OverlapTileInferer(), network, mirrored)
    add(f"exact tiles {tile_size}, mirrored", tiles(tile_size, mirror=True), network, mirrored)
    valid = with_padding(network, False)
    mirrored = add("whole image, valid", tiles(size_px, mirror=True, padding=False), valid, None)
    add("exact strips, valid", OverlapTileInferer(), valid, mirrored)
    add("exact tiles 384, valid (572 → 388)", tiles(384, mirror=True, padding=False), valid, mirrored)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[2048, 4096], help="sides of the images, multiples of 16")
    parser.add_argument("--tile", type=int, default=1024)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--openvino", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    given = args.tile, args.device, args.seed, args.openvino, args.repeats
    results = {size_px: compare(size_px, *given) for size_px in args.sizes}
    if args.json:
        setup = {
            "device": args.device,
            "threads": torch.get_num_threads(),
            "torch": torch.__version__,
            "seed": args.seed,
            "repeats": args.repeats,
        }
        args.json.write_text(json.dumps({**setup, "tile": args.tile, "sizes": results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
