"""CPU time of the default network in OpenVINO's bfloat16, for several ways to compile it and to hand it slices.

    python benchmarks/openvino_shapes.py [--rounds 5]

A processor without bfloat16 computes in float32.

The network has seeded weights, which do not change the time. The slices are 256² of seeded noise. The ways take turns in one
process; the least time counts. The first row is how predictions run.
"""

import argparse
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import openvino
import torch
from numpy.typing import NDArray

from custom.networks import UNet
from custom.networks.onnx_model import onnx_model

SLICES = 8
WAYS: dict[str, dict[str, Any]] = {
    "any size, batches of 8": {},
    "any size, one slice at a time": {"batch": 1},
    "any size, hint THROUGHPUT": {"options": {"PERFORMANCE_HINT": "THROUGHPUT"}},
    "any size, extended and cropped in OpenVINO": {"extends": True},
    "8 slices of 256×256 alone": {"shape": [SLICES, 3, 256, 256]},
}


def compiled(
    unet: UNet,
    batch: int = SLICES,
    extends: bool = False,
    shape: list[int] | None = None,
    options: dict[str, str] | None = None,
) -> Callable[[NDArray[Any]], NDArray[Any]]:
    """What computes logits of slices in one of the ways."""
    core = openvino.Core()
    model = core.read_model(BytesIO(onnx_model(unet, extends)))
    if shape:
        model.reshape({"image": shape})
    precision = "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"
    settings = {"INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": torch.get_num_threads(), **(options or {})}
    network = core.compile_model(model, "CPU", settings)
    return lambda slices: np.concatenate([network(slices[i : i + batch])[0] for i in range(0, len(slices), batch)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    torch.manual_seed(0)
    unet = UNet()
    slices = np.random.default_rng(0).standard_normal((SLICES, 3, 256, 256), np.float32)
    ways = {name: compiled(unet, **way) for name, way in WAYS.items()}
    for compute in ways.values():
        compute(slices)  # the first time, OpenVINO prepares itself
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(args.rounds):
        for name, compute in ways.items():
            start = time.process_time()
            compute(slices)
            seconds[name].append(time.process_time() - start)
    for name, times in seconds.items():
        print(f"{name:45}{1000 * min(times) / SLICES:7.1f} ms a slice")


if __name__ == "__main__":
    main()
