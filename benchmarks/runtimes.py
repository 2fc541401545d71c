"""Compare the runtimes of inference.json: images a second, and how far their logits are from torch's.

    python benchmarks/runtimes.py [--checkpoint bundle/models/model.pt] [--int8 FILE.xml] [--threads 1] [--json FILE]

All runtimes take turns, several rounds, and the fastest pass of each counts. The second column counts the seconds that the
process computed, on all its threads together, which other programs on the machine disturb less. The images are smooth noise.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from scipy.ndimage import gaussian_filter
from torch import Tensor, nn

from custom.inferers import OverlapTileInferer
from custom.networks import UNet, load_for_runtime


def smooth_noise(batch: int, size_px: int, seed: int) -> Tensor:
    """Seeded images (N, 3, H, W) with coarse and fine structures."""
    noise = np.random.default_rng(seed).standard_normal((batch, 3, size_px, size_px), dtype=np.float32)
    image = sum(gaussian_filter(noise, (0, 0, sigma, sigma)) * sigma for sigma in (1, 4, 16))
    return torch.from_numpy(image / image.std())


def load(checkpoint: str, int8: str | None) -> dict[str, nn.Module]:
    """The network on each runtime, by name."""
    runtimes = ("torch", "torchscript", "onnxruntime", "openvino")
    networks = {name: load_for_runtime(UNet(), checkpoint, name) for name in runtimes}
    if int8:
        networks["openvino, int8"] = load_for_runtime(UNet(), int8, "openvino")
    networks["openvino, bfloat16"] = load_for_runtime(UNet(), checkpoint, "openvino", bfloat16=True)
    networks["torch, bfloat16"] = networks["torch"]
    return {name: network.eval().to(memory_format=torch.channels_last) for name, network in networks.items()}


@torch.no_grad()
def compare(networks: dict[str, nn.Module], image: Tensor, rounds: int) -> dict[str, dict[str, float]]:
    """Seconds by the clock and of the processor, and differences to torch, by runtime; the best of all rounds counts."""
    inferers = {name: OverlapTileInferer(mirror=False, bfloat16="bfloat16" in name) for name in networks}
    expected = inferers["torch"](image, networks["torch"])
    seconds = {name: float("inf") for name in networks}
    computed = dict(seconds)
    logits = {}
    for _ in range(rounds):
        for name, network in networks.items():
            start, start_computing = time.perf_counter(), time.process_time()
            logits[name] = inferers[name](image, network)
            seconds[name] = min(seconds[name], time.perf_counter() - start)
            computed[name] = min(computed[name], time.process_time() - start_computing)
    return {
        name: {
            "images_per_second": len(image) / seconds[name],
            "images_per_cpu_second": len(image) / computed[name],
            "speed_up": computed["torch"] / computed[name],
            "max_logit_difference": float((logits[name] - expected).abs().max()),
            "flipped_pixels_percent": 100 * float(((logits[name] > 0) != (expected > 0)).float().mean()),
        }
        for name in networks
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", default="bundle/models/model.pt")
    parser.add_argument("--int8", help="what `python -m custom quantize` wrote")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    table = compare(load(args.checkpoint, args.int8), smooth_noise(args.batch, args.size, args.seed), args.rounds)
    print(f"{'':20}{'images/s':>10}{'/ CPU s':>10}{'speed-up':>10}{'max |Δ|':>11}{'flipped %':>11}")
    for name, row in table.items():
        print(
            f"{name:20}{row['images_per_second']:10.2f}{row['images_per_cpu_second']:10.2f}{row['speed_up']:10.2f}"
            f"{row['max_logit_difference']:11.2e}{row['flipped_pixels_percent']:11.3f}"
        )
    if args.json:
        setup = {"torch": torch.__version__, **{key: value for key, value in vars(args).items() if key != "json"}}
        args.json.write_text(json.dumps({**setup, "runtimes": table}, indent=2) + "\n")


if __name__ == "__main__":
    main()
