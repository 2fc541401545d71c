"""What a missing sequence costs: the patients held out, scored by evaluate.json with one or two of the three channels missing.

    OMP_NUM_THREADS=1 python benchmarks/missing_sequences.py kaggle_3m [--checkpoint bundle/models/held_out/model.pt]

A missing channel is 0 everywhere, its mean after normalisation, as `RandMissingChannelsd` makes it in the training; or FLAIR is
repeated in its place, as the set does. Prints mean and median Dice by patient, and the difference to all three sequences with
its 95 % interval over patients. OpenVINO predicts, in bfloat16 where the processor is fast at it. Nothing is drawn but the
resamples of the interval, with seed 0.
"""

import argparse
import statistics
from collections.abc import Hashable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from epoch import ROOT
from monai.transforms import MapTransform

from custom.command_line.bundle_command import BundleCommand
from custom.runs.comparison import Rows, compare
from custom.runs.state import cases_of

CONFIGS = ROOT / "bundle" / "configs"
FLAIR = 1
WAYS: dict[str, tuple[list[int], int | None] | None] = {
    "all three": None,
    "T1 missing": ([0], None),
    "T1 missing, FLAIR repeated": ([0], FLAIR),
    "T1 after contrast missing": ([2], None),
    "T1 after contrast missing, FLAIR repeated": ([2], FLAIR),
    "both missing": ([0, 2], None),
    "both missing, FLAIR repeated": ([0, 2], FLAIR),
    "FLAIR missing": ([FLAIR], None),
}


class WithoutChanneld(MapTransform):
    """Images (C, H, W) whose channels `missing` are 0, or what channel `instead` is."""

    def __init__(self, keys: Any, missing: list[int], instead: int | None = None) -> None:
        super().__init__(keys)
        self.missing, self.instead = missing, instead

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        result = dict(data)
        for key in self.key_iterator(result):
            image = result[key]
            result[key] = image.clone()
            result[key][self.missing] = 0 if self.instead is None else image[self.instead]
        return result


def overlay(way: tuple[list[int], int | None] | None, **settings: Any) -> dict[str, Any]:
    """Settings of an evaluation with channels missing, behind the normalisation."""
    if way is None:
        return settings
    missing, instead = way
    step = {"_target_": "missing_sequences.WithoutChanneld", "keys": "image", "missing": missing, "instead": instead}
    steps = {"_target_": "Compose", "transforms": "$[*@preprocessing.flatten().transforms, @without]"}
    return {**settings, "validate#preprocessing": steps, "without": step}


def scores(dataset_dir: Path, checkpoint: Path, way: tuple[list[int], int | None] | None, **settings: Any) -> Rows:
    """The rows of `patients.csv` by patient."""
    with TemporaryDirectory() as folder:
        files = (str(CONFIGS / "train.json"), str(CONFIGS / "evaluate.json"))
        told = {"bundle_root": folder, "dataset_dir": str(dataset_dir), "checkpoint": str(checkpoint), "run_name": "scored"}
        told |= {"meta_file": str(CONFIGS / "metadata.json"), "logging_file": str(CONFIGS / "logging.conf"), **settings}
        BundleCommand(files, overlay(way, **told)).run()
        return cases_of(Path(folder) / "runs" / "scored")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset_dir", type=Path)
    parser.add_argument("--checkpoint", type=Path, default=ROOT / "bundle" / "models" / "held_out" / "model.pt")
    args = parser.parse_args()
    print("| sequences | mean Dice | median | below 0.5 | minus all three [95 %] |\n|---|---|---|---|---|")
    complete: Rows | None = None
    for name, way in WAYS.items():
        rows = scores(args.dataset_dir, args.checkpoint, way, runtime="openvino", bfloat16=True)
        complete = complete or rows
        dices = [float(row["dice"]) for row in rows.values()]
        value, low, high = compare(complete, rows).difference
        cells = [f"{statistics.mean(dices):.3f}", f"{statistics.median(dices):.3f}", str(sum(dice < 0.5 for dice in dices))]
        cells.append(f"{value:+.3f} [{low:+.3f}, {high:+.3f}]" if way else "")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
