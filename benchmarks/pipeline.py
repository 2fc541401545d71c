"""Augmentation of training patches: pairs of image and mask a second, and the memory of the cache.

    python benchmarks/pipeline.py [--rounds 9] [--device cuda] [--peer FOLDER] [--json FILE]

Compared are what train.json draws behind the crop, done to whole batches and by MONAI's own transforms, and batchgeneratorsv2
with nnU-Net's set, and rotation, scaling and elastic deformation as often as in train.json. The latter is no requirement:
install it apart and name the folder, else its line is left out::

    pip install --no-deps --target FOLDER batchgeneratorsv2==0.3.6 batchgenerators==0.25.1 pandas

Seconds are processor time of one thread, on a GPU those of the clock; the ways take turns, so that all meet the same machine.
"""

import argparse
import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from monai.bundle import ConfigParser
from monai.transforms import Compose
from torch.nn.functional import interpolate

from custom.loading.packed import pack
from custom.transforms import BatchAugmentation

CONFIG = Path(__file__).parents[1] / "bundle" / "configs" / "train.json"
SIZE_PX, BATCH = 192, 16
Way = Callable[[int], Any]


def declared() -> list[Any]:
    """The random transforms of train.json behind the crop."""
    parser = ConfigParser(ConfigParser.load_config_file(CONFIG))
    both = [each for name in ("augmentation", "grey_values") for each in parser.get_parsed_content(name).transforms]
    return both[len(BatchAugmentation(both).per_item) :]


def patches() -> tuple[torch.Tensor, torch.Tensor]:
    """A batch of smooth images, normalised, and masks."""
    noise = torch.randn(BATCH, 3, SIZE_PX // 8, SIZE_PX // 8, generator=torch.Generator().manual_seed(0))
    image = interpolate(noise, scale_factor=8.0, mode="bicubic")
    return image, (image[:, :1] > 1).float()


def whole_batches(device: str) -> Way:
    """Augmentation of whole batches, as trainings do."""
    augment = BatchAugmentation(declared())
    image, label = patches()

    def batch(number: int) -> None:
        draw = torch.tensor([[0, number, item, 0] for item in range(BATCH)])
        augment({"image": image.clone(), "label": label.clone(), "draw": draw}, device)
        if device != "cpu":
            torch.cuda.synchronize()

    return batch


def monais() -> Way:
    """The same transforms by MONAI, image by image."""
    chain = Compose(declared()).set_random_state(0)
    image, label = patches()
    return lambda number: [chain({"image": image[item], "label": label[item]}) for item in range(BATCH)]


def peer(folder: Path) -> Way:
    """The transforms of batchgeneratorsv2 that come closest, image by image."""
    sys.path.insert(0, str(folder))

    def make(module: str, name: str, *args: Any, **options: Any) -> Any:
        return getattr(importlib.import_module(f"batchgeneratorsv2.transforms.{module}"), name)(*args, **options)

    def sometimes(prob: float, *args: Any, **options: Any) -> Any:
        return make("utils.random", "RandomTransform", make(*args, **options), apply_probability=prob)

    def contrast(low: float, high: float) -> Any:
        return make("intensity.contrast", "BGContrast", (low, high))

    gamma = {"gamma": contrast(0.7, 1.5), "synchronize_channels": False, "p_per_channel": 1, "p_retain_stats": 1}
    steps = [
        make(
            "spatial.spatial", "SpatialTransform", (SIZE_PX, SIZE_PX), patch_center_dist_from_border=0, random_crop=False,
            p_elastic_deform=0.3, elastic_deform_scale=(0.1, 0.2), elastic_deform_magnitude=(1, 3), p_rotation=0.7,
            rotation=(-0.5, 0.5), p_scaling=0.7, scaling=(0.75, 1.25), mode_seg="nearest",
        ),
        sometimes(0.1, "intensity.gaussian_noise", "GaussianNoiseTransform", (0, 0.1), synchronize_channels=True),
        sometimes(0.2, "noise.gaussian_blur", "GaussianBlurTransform", (0.5, 1.0), p_per_channel=0.5, benchmark=True),
        sometimes(0.15, "intensity.brightness", "MultiplicativeBrightnessTransform", contrast(0.75, 1.25), False),
        sometimes(0.15, "intensity.contrast", "ContrastTransform", contrast(0.75, 1.25), True, False),
        sometimes(0.25, "spatial.low_resolution", "SimulateLowResolutionTransform", (0.5, 1), False, True, ()),
        sometimes(0.1, "intensity.gamma", "GammaTransform", p_invert_image=1, **gamma),
        sometimes(0.3, "intensity.gamma", "GammaTransform", p_invert_image=0, **gamma),
        make("spatial.mirroring", "MirrorTransform", (0, 1)),
    ]  # fmt: skip
    chain = make("utils.compose", "ComposeTransforms", steps)
    image, label = patches()
    return lambda number: [chain(image=image[i].clone(), segmentation=label[i].to(torch.int16)) for i in range(BATCH)]


def cache_share() -> float:
    """Bytes of a normalised 8-bit slice and its mask in the cache, in units of float32."""
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (3, 256, 256)).astype(np.float32)
    image = (image - image.mean((1, 2), keepdims=True)) / image.std((1, 2), keepdims=True)
    packed = [pack(image), pack(rng.integers(0, 2, (1, 256, 256)).astype(np.float32))]
    return sum(each.codes.nbytes + (0 if each.values is None else each.values.nbytes) for each in packed) / (4 * 256 * 256 * 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9, help="how often each way has its turn, of one batch")
    parser.add_argument("--device", default="cpu", help="for whole batches; the others run on the CPU")
    parser.add_argument("--peer", type=Path, help="folder with batchgeneratorsv2")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    ways = {"whole batches": whole_batches(args.device), "MONAI": monais()}
    if args.peer:
        ways["batchgeneratorsv2"] = peer(args.peer)
    else:
        print("batchgeneratorsv2 is left out; name its folder with --peer")
    clocks = {
        name: time.perf_counter if name == "whole batches" and args.device != "cpu" else time.process_time for name in ways
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(args.rounds + 1):
        for name, way in ways.items():
            start = clocks[name]()
            way(number)
            taken[name].append(clocks[name]() - start)
    speed = {name: BATCH * len(times[1:]) / sum(times[1:]) for name, times in taken.items()}
    for name, pairs in speed.items():
        print(f"{name:20}{pairs:8.0f} pairs of 3×{SIZE_PX}² and a mask a second, {pairs / speed['MONAI']:.1f} times MONAI")
    print(f"cache: {cache_share():.3f} of the memory of float32")
    if args.json:
        args.json.write_text(json.dumps({"pairs_per_s": speed, "cache_share": cache_share()}, indent=2) + "\n")


if __name__ == "__main__":
    main()
