"""CPU time of whole epochs of train.json, beside the bare loop of their steps.

    OMP_NUM_THREADS=1 python benchmarks/epoch.py [DATASET_DIR] [--epochs 4] [--batch_augmentation False] [--json FILE]

A whole epoch loads, augments, trains, validates, scores and writes. The bare loop does the same number of steps (forward,
loss, backward, optimizer) on one batch that is already there, and the forward passes of the validation, and nothing else.
Before each epoch the bare loop has its turn, so that both meet the same machine. The first epoch fills the caches and does
not count. The last one also makes the pictures and the report; it is told apart. Without DATASET_DIR the simulated set is
trained on. On a GPU the seconds are those of the clock.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from ignite.engine import Events
from monai.bundle import ConfigWorkflow

ROOT = Path(__file__).parents[1]


def workflow_of(folder: str, settings: dict[str, Any], names: Sequence[str] = ("train.json",)) -> ConfigWorkflow:
    """train.json or other configs, by name or path, ready to run; what they write lies in the folder."""
    configs = ROOT / "bundle" / "configs"
    workflow = ConfigWorkflow(
        config_file=[str(configs / name) for name in names],
        meta_file=str(configs / "metadata.json"),
        logging_file=str(configs / "logging.conf"),
        workflow_type="train",
        bundle_root=folder,
        **settings,
    )
    workflow.initialize()
    return workflow


def clock_of(device: str) -> Callable[[], float]:
    """CPU seconds, or on a GPU those of the clock when all that was begun is done."""
    if not device.startswith("cuda"):
        return time.process_time

    def clock() -> float:
        torch.cuda.synchronize()
        return time.perf_counter()

    return clock


def bare_loop(workflow: ConfigWorkflow, device: str) -> Callable[[], None]:
    """The steps of an epoch and the passes of its validation, on random batches of the same sizes."""
    get = workflow.parser.get_parsed_content
    network, loss, optimizer, inferer = get("network"), get("loss"), get("optimizer_def"), get("train#inferer")
    steps, patch, channels = len(get("train#dataloader")), get("patch_size"), get("input_channels")
    batch = get("batch_size") * get("patches_per_image")
    image = torch.randn(batch, channels, patch, patch, device=device)
    label = (image[:, :1] > 2).float()
    validation = [torch.randn(tuple(each["image"].shape), device=device) for each in get("validate#dataloader")]

    def run() -> None:
        network.train()
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=True)
            loss(inferer(image, network), label).backward()
            optimizer.step()
        network.eval()
        with torch.no_grad():
            for each in validation:
                inferer(each, network)
        network.train()

    return run


def options_given() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset_dir", nargs="?", default="")
    parser.add_argument("--epochs", type=int, default=4, help="3 at least; all but the first and the last count")
    parser.add_argument("--val_fraction", type=float, default=0.2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--batch_augmentation", choices=("True", "False"), default="True")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    if args.epochs < 3:
        parser.error("--epochs: 3 at least, since the first and the last do not count")
    return args


def main() -> None:
    """Prints the seconds of whole epochs and of the bare loop, and writes JSON."""
    args = options_given()
    clock = clock_of(args.device)
    whole: list[float] = []
    bare: list[float] = []
    marks: list[float] = []
    with TemporaryDirectory() as folder:
        workflow = workflow_of(
            folder,
            {
                "dataset_dir": args.dataset_dir,
                "epochs": args.epochs,
                "device": args.device,
                "val_fraction": args.val_fraction,
                "batch_augmentation": args.batch_augmentation == "True",
                "run_name": "epoch",
            },
        )
        trainer = workflow.parser.get_parsed_content("train#trainer")
        loop = bare_loop(workflow, args.device)

        def between_epochs() -> None:
            if marks:
                whole.append(clock() - marks[-1])
            start = clock()
            loop()
            bare.append(clock() - start)
            marks.append(clock())

        trainer.add_event_handler(Events.EPOCH_STARTED, between_epochs)
        workflow.run()
        workflow.finalize()
        whole.append(clock() - marks[-1])
        steps, images = trainer.state.epoch_length, len(workflow.parser.get_parsed_content("validate#dataset"))
    number = len(whole) - 2
    counted, beside = sum(whole[1:-1]) / number, sum(bare[1:-1]) / number
    print(f"an epoch: {steps} steps and {images} images of validation, mean of {number}")
    print(f"whole epoch {counted:.1f} s, bare loop {beside:.1f} s, ratio {counted / beside:.3f}")
    print(f"first epoch, which fills the caches: {whole[0]:.1f} s; last, with pictures and report: {whole[-1]:.1f} s")
    if args.json:
        args.json.write_text(json.dumps({"whole_s": whole, "bare_s": bare, "ratio": counted / beside}, indent=2) + "\n")


if __name__ == "__main__":
    main()
