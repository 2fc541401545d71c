"""Compare exact strips and tiles with MONAI's sliding window: speed, work, memory, and how far each is from one pass.

    python benchmarks/overlap_tile.py [--sizes 2048 4096] [--tile 1024] [--rounds 1] [--device cpu] [--openvino] [--json FILE]

Each method runs twice in a process of its own, as at a user's, where no other has left memory behind; all take turns, several
rounds, so that what else the machine does slows all alike. The fastest run of each counts.

The network is the default one with seeded weights, normalised on the image and with half of the logits above 0, so that many
pixels lie close to the threshold; the image is smooth noise. All rows use the channels-last layout, but for those of MONAI that
are said to be contiguous, as they are unless one asks for another. "By default" is what `OverlapTileInferer()` does: strips on
a CPU, the largest tiles that fit on a GPU. Peak memory is what a method adds to the image and the network; the whole image in
one pass takes about 10 GB at 4096×4096.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import ClassVar, NamedTuple

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


@torch.no_grad()
def seeded_network(image: Tensor, seed: int) -> UNet:
    """A network with seeded weights, whose statistics and threshold fit the image, so that both sides have pixels."""
    torch.manual_seed(seed)
    network = UNet().to(image.device, memory_format=torch.channels_last)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    network(image[..., :512, :512])
    network.eval()
    network.head.bias -= network(image[..., :512, :512]).median()
    return network


class CountingConv(torch.nn.Conv2d):
    """A convolution that notes how many pixels it computes. (Strips are not for networks with hooks.)"""

    pixels: ClassVar[list[int]] = []

    def forward(self, x: Tensor) -> Tensor:
        """The convolution, which notes how many pixels it gave."""
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
    """Highest memory of the process, or of the GPU, since the last reset, which gives what is in use; 0 where none tells."""
    if device.type == "cuda":
        if reset:
            torch.cuda.reset_peak_memory_stats(device)
        return torch.cuda.memory_allocated(device) if reset else torch.cuda.max_memory_allocated(device)
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["VmRSS" if reset else "VmHWM"].split()[0]) * 1024


def openvino(network: UNet, precision: str) -> Network:
    """The network compiled by OpenVINO in `"f32"` or `"bf16"`."""
    import openvino as ov

    model = ov.convert_model(network, example_input=torch.zeros(1, 3, 256, 256))
    compiled = ov.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": precision})
    return lambda x: torch.from_numpy(compiled(x.contiguous().numpy())[0])


FORMS: dict[str, Callable[[UNet], Network]] = {
    "padded": lambda network: network,
    "contiguous": lambda network: network.to(memory_format=torch.contiguous_format),
    "valid": lambda network: with_padding(network, False),
    "OpenVINO": lambda network: openvino(network, "f32"),
    "OpenVINO, bfloat16": lambda network: openvino(network, "bf16"),
}


class Method(NamedTuple):
    """A way to predict an image, the form of the network, and the method whose logits it should have."""

    inferer: Inferer
    form: str
    like: str


def methods(size_px: int, tile_size: int, with_openvino: bool) -> dict[str, Method]:
    """What is compared, by name; the first is one pass over the image."""
    whole, eaten, rounded = "whole image", "whole image, valid", "whole image, OpenVINO, bfloat16"
    tiled = OverlapTileInferer(tile_size, mirror=False, depth=5, padding=True, memory_limit_mb=1e6)
    table = {
        whole: Method(SimpleInferer(), "padded", whole),
        "exact, by default": Method(OverlapTileInferer(mirror=False), "padded", whole),
        f"exact tiles {tile_size}": Method(tiled, "padded", whole),
        eaten: Method(OverlapTileInferer(size_px, memory_limit_mb=1e6), "valid", eaten),
        "exact, by default, valid": Method(OverlapTileInferer(), "valid", eaten),
        "exact tiles 384, valid (572 → 388)": Method(OverlapTileInferer(384, memory_limit_mb=1e6), "valid", eaten),
    }
    for roi in (256, 512):
        for overlap in (0.25, 0.5):
            sliding = SlidingWindowInferer(roi, sw_batch_size=4, overlap=overlap, mode="gaussian")
            table[f"MONAI sliding window {roi}, {overlap}"] = Method(sliding, "padded", whole)
        table[f"MONAI {roi}, 0.25, contiguous"] = table[f"MONAI sliding window {roi}, 0.25"]._replace(form="contiguous")
    if with_openvino:
        table[f"exact tiles {tile_size}, OpenVINO"] = Method(tiled, "OpenVINO", whole)
        table[rounded] = Method(SimpleInferer(), "OpenVINO, bfloat16", whole)
        table[f"exact tiles {tile_size}, OpenVINO, bfloat16"] = Method(tiled, "OpenVINO, bfloat16", rounded)
    return table


@torch.no_grad()
def measure(method: Method, given: Path, logits_file: Path, device: str) -> dict[str, float]:
    """The faster of two runs; the logits go to a file."""
    image, network = torch.load(given, weights_only=False)
    layout = torch.contiguous_format if method.form == "contiguous" else torch.channels_last
    image = image.to(device, memory_format=layout)
    used = FORMS[method.form](network.to(device, memory_format=torch.channels_last))
    outputs, seconds = image[0, 0].numel(), float("inf")
    before = peak_bytes(image.device, reset=True)
    for _ in range(2):
        logits = None
        with counted(used) as (counting, pixels):
            start = perf_counter()
            logits = method.inferer(image, counting)
            if image.is_cuda:
                torch.cuda.synchronize()
            seconds = min(seconds, perf_counter() - start)
    peak_mb = (peak_bytes(image.device) - before) / 2**20
    torch.save(logits.cpu(), logits_file)
    return {"seconds": seconds, "computed_per_output": sum(pixels) / outputs, "peak_mb": peak_mb}


def compare(
    size_px: int, tile_size: int, device: str, seed: int, with_openvino: bool, rounds: int
) -> dict[str, dict[str, float]]:
    """Measures all methods in turns, each in a process of its own, prints a row for each and gives the rows by name."""
    rows: dict[str, dict[str, float]] = {}
    table = methods(size_px, tile_size, with_openvino)
    print(f"{f'{size_px}×{size_px}':40}{'s':>8}{'Mpx/s':>9}{'computed':>9}{'max |Δ|':>12}{'flipped':>9}{'peak MB':>9}")
    with TemporaryDirectory() as folder, get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        given = Path(folder) / "given.pt"
        image = smooth_noise(size_px, seed)
        torch.save((image, seeded_network(image.to(memory_format=torch.channels_last), seed)), given)
        for _ in range(rounds):
            for name, method in table.items():
                files = [Path(folder) / f"{list(table).index(one)}.pt" for one in (name, method.like)]
                row = pool.apply(measure, (method, given, files[0], device))
                logits, whole = map(torch.load, files)
                row["max_logit_difference"] = float((logits - whole).abs().max())
                row["flipped_pixels"] = int(((logits > 0) != (whole > 0)).sum())
                row["pixels_per_second"] = size_px**2 / row["seconds"]
                show(name, row)
                rows[name] = min(row, rows.get(name, row), key=lambda one: one["seconds"])
    return rows


def show(name: str, row: dict[str, float]) -> None:
    """Prints a row."""
    print(
        f"{name:40}{row['seconds']:8.2f}{row['pixels_per_second'] / 1e6:9.3f}{row['computed_per_output']:9.2f}"
        f"{row['max_logit_difference']:12.2e}{row['flipped_pixels']:9}{row['peak_mb']:9.0f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[2048, 4096], help="sides of the images, multiples of 16")
    parser.add_argument("--tile", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--openvino", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    given = args.tile, args.device, args.seed, args.openvino, args.rounds
    results = {size_px: compare(size_px, *given) for size_px in args.sizes}
    if args.json:
        setup = {
            "device": args.device,
            "threads": torch.get_num_threads(),
            "torch": torch.__version__,
            "seed": args.seed,
            "rounds": args.rounds,
        }
        args.json.write_text(json.dumps({**setup, "tile": args.tile, "sizes": results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
