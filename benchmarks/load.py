"""Long programs: memory, open files and speed from their first tenth to their last, which must not grow.

    python benchmarks/load.py slices [--number 10000]      images of 64×64 pixels, predicted one by one
    python benchmarks/load.py volume [--number 20]         volumes of 64×64×512 voxels, predicted one by one
    python benchmarks/load.py training [--number 50]       epochs on a part of the simulated set
    python benchmarks/load.py patient [--number 1500]      slices of 256×256 pixels of one patient, joined: the most memory
    python benchmarks/load.py evaluation [--number 1500]   the same slices with masks, scored: the most memory

The network is tiny, so that all else counts. Times are CPU time: another program does not change them. What came before the
second tenth is a program that warms up. It ends with 1 if the last tenth has 5 % and 32 MB more memory than the second, or 8
open files more (some are being written at any moment), or takes half as long again; `patient` and `evaluation` end with 1 if
they take more than `--most-mb`. Run with OMP_NUM_THREADS=1.
"""

import argparse
import json
import logging
import os
import resource
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

BUNDLE = Path(__file__).parents[1] / "bundle"
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20
MORE_MB, MORE_SHARE, MORE_HANDLES, SLOWER = 32, 0.05, 8, 1.5


class Sample(NamedTuple):
    """A moment of a program: resident memory in MB, open files, CPU seconds since its start."""

    rss_mb: float
    handles: int
    cpu_s: float


class Tenth(NamedTuple):
    """The medians of a tenth of a program; CPU milliseconds are those of one step."""

    rss_mb: float
    handles: float
    step_ms: float


def sample() -> Sample:
    """This moment of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Sample(pages * PAGE_MB, len(os.listdir("/proc/self/fd")), time.process_time())


def tenths(samples: list[Sample]) -> list[Tenth]:
    """Ten parts of a program that was sampled after each step, at least 20 times."""
    parts = [samples[len(samples) * part // 10 : len(samples) * (part + 1) // 10] for part in range(10)]
    return [
        Tenth(
            median(one.rss_mb for one in part),
            median(one.handles for one in part),
            1000 * (part[-1].cpu_s - part[0].cpu_s) / (len(part) - 1),
        )
        for part in parts
    ]


def grown(early: Tenth, late: Tenth) -> list[str]:
    """What became more from a tenth to a later one."""
    found = []
    if late.rss_mb > early.rss_mb * (1 + MORE_SHARE) + MORE_MB:
        found.append(f"memory grew from {early.rss_mb:.0f} to {late.rss_mb:.0f} MB")
    if late.handles > early.handles + MORE_HANDLES:
        found.append(f"open files grew from {early.handles:g} to {late.handles:g}")
    if late.step_ms > early.step_ms * SLOWER:
        found.append(f"a step took {early.step_ms:.1f} ms of CPU, and then {late.step_ms:.1f}")
    return found


def watched(configs: Sequence[str], engine: str, folder: Path, event: str, **settings: Any) -> list[Sample]:
    """Samples of configs that run in this process, after each step of one of their engines."""
    from ignite.engine import Events
    from monai.bundle import ConfigWorkflow

    files = [str(BUNDLE / "configs" / f"{config}.json") for config in configs]
    given = {"bundle_root": str(folder), "device": "cpu", **settings}
    workflow = ConfigWorkflow(files, workflow_type=configs[0], logging_file=False, **given)
    workflow.initialize()
    workflow.parser.get_parsed_content("settings")
    samples: list[Sample] = []
    made = workflow.parser.get_parsed_content(engine)
    made.add_event_handler(Events[event], lambda: samples.append(sample()))
    try:
        workflow.run()
    except SystemExit as end:
        if end.code:
            raise
    return samples


def weights(folder: Path, channels: int) -> str:
    """Random weights of a tiny network."""
    import torch

    from custom.networks import UNet

    torch.manual_seed(0)
    torch.save(UNet(in_channels=channels, init_features=2, depth=3).state_dict(), folder / "model.pt")
    return str(folder / "model.pt")


def predicted(folder: Path, channels: int, **settings: Any) -> list[Sample]:
    """Samples of a prediction of all that lies in `folder / "data"`."""
    return watched(
        ["inference"], "evaluator", folder, "ITERATION_COMPLETED", dataset_dir=str(folder / "data"),
        output_dir=str(folder / "out"), checkpoint=weights(folder, channels), image_channels=None, **settings,
    )  # fmt: skip


def write_slices(folder: Path, number: int, side_px: int) -> None:
    """Slices of noise in the layout of a patient of Kaggle's LGG set."""
    from PIL import Image

    (folder / "p").mkdir(parents=True)
    noise = np.random.default_rng(0).integers(0, 256, (side_px, side_px, 3), np.uint8)
    for index in range(number):
        Image.fromarray(np.roll(noise, index, axis=index % 2)).save(folder / "p" / f"p_{index + 1}.tif")


def slices(folder: Path, number: int) -> list[Sample]:
    """Small images, each by itself."""
    write_slices(folder / "data", number, 64)
    return predicted(folder, 3, across_slices=False, largest_object=False)


def volume(folder: Path, number: int) -> list[Sample]:
    """Volumes of 512 slices."""
    import nibabel

    (folder / "data").mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 512), np.int16)
    for index in range(number):
        nibabel.save(nibabel.Nifti1Image(np.roll(noise, index), np.eye(4)), folder / "data" / f"v{index}.nii")
    return predicted(folder, 1)


def training(folder: Path, number: int) -> list[Sample]:
    """Epochs on two simulated patients."""
    from custom.data import phantom_lgg

    data = phantom_lgg(folder / "data", num_patients=2)
    return watched(
        ["train"], "train#trainer", folder, "EPOCH_COMPLETED", dataset_dir=str(data), run_name="load", epochs=number,
        init_features=2, depth=3, patch_size=64, val_fraction=0.5,
    )  # fmt: skip


def patient(folder: Path, number: int) -> list[Sample]:
    """One patient of many slices."""
    write_slices(folder / "data", number, 256)
    return predicted(folder, 3)


def write_masks(folder: Path, number: int, side_px: int) -> None:
    """The masks of such slices: an ellipsoid in their middle, half as long as the patient on each axis."""
    from PIL import Image

    across = np.linspace(-2, 2, side_px) ** 2
    for index in range(number):
        inside = across[:, None] + across + np.linspace(-2, 2, number)[index] ** 2 <= 1
        Image.fromarray(np.where(inside, 255, 0).astype(np.uint8)).save(folder / "p" / f"p_{index + 1}_mask.tif")


def evaluation(folder: Path, number: int) -> list[Sample]:
    """One patient of many slices with masks."""
    write_slices(folder / "data", number, 256)
    write_masks(folder / "data", number, 256)
    return watched(
        ["train", "evaluate"], "validate#evaluator", folder, "ITERATION_COMPLETED", dataset_dir=str(folder / "data"),
        run_name="load", checkpoint=weights(folder, 3), part="all",
    )  # fmt: skip


PROGRAMS: dict[str, tuple[Callable[[Path, int], list[Sample]], int]] = {
    "slices": (slices, 10000), "volume": (volume, 20), "training": (training, 50), "patient": (patient, 1500),
    "evaluation": (evaluation, 1500),
}  # fmt: skip
LONG = {"patient": 1500.0, "evaluation": 3000.0}  # of these the most memory counts, in MB


def peak_mb() -> float:
    """The most resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def told(program: str, samples: list[Sample], most_mb: float) -> list[str]:
    """Prints what was measured, and gives what is wrong with it."""
    if program in LONG:
        print(f"at most {peak_mb():.0f} MB, {samples[-1].cpu_s:.0f} s of CPU")
        return [f"took {peak_mb():.0f} MB, more than {most_mb:.0f}"] if peak_mb() > most_mb else []
    parts = tenths(samples)
    print("| tenth | memory, MB | open files | CPU of a step, ms |\n|---|---|---|---|")
    for name, part in (("first", parts[0]), ("second", parts[1]), ("last", parts[-1])):
        print(f"| {name} | {part.rss_mb:.0f} | {part.handles:g} | {part.step_ms:.1f} |")
    return grown(parts[1], parts[-1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", choices=PROGRAMS)
    parser.add_argument("--number", type=int, help="how many; by default as above")
    parser.add_argument("--most-mb", type=float, help="memory that these two may take (default: 1500 and 3000)")
    parser.add_argument("--json", help="where all samples go")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    run, usual = PROGRAMS[options.program]
    with TemporaryDirectory() as place:
        samples = run(Path(place), options.number or usual)
    if options.json:
        Path(options.json).write_text(json.dumps(samples) + "\n")
    wrong = told(options.program, samples, options.most_mb or LONG.get(options.program, 0))
    print("\n".join(wrong) or f"{options.program}: {len(samples)} steps, nothing grew")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
