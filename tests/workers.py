"""What the workers of `test_spread.py` run: processes that are spawned must import it by its name."""

from pathlib import Path

from custom.command_line.bundle_command import BundleCommand
from custom.runs.spread import run_share

CONFIGS = Path(__file__).parents[1] / "bundle" / "configs"
LONE = "TCGA_XX_0000_20000101/TCGA_XX_0000_20000101_1"


def run_both(evaluation, images, rank, number, folder):
    """An evaluation, a prediction of which one image fails, and one of a lone image, as one of several workers."""
    assert run_share(evaluation, rank, number, f"file://{folder}/meeting-{number}", rank) == 0
    assert run_share(images, rank, number, f"file://{folder}/meeting-{number}b", rank, folder) == 1
    lone = prediction(folder, f"lone-{number}", dataset_dir=f"images/{LONE}.tif")
    assert run_share(lone, rank, number, f"file://{folder}/meeting-{number}c", rank, folder) == 0


def configured(names, settings):
    return BundleCommand(tuple(str(CONFIGS / name) for name in names), settings)


def prediction(folder, out, **settings):
    common = {"bundle_root": str(folder), "checkpoint": str(folder / "weights.pt"), "dataset_dir": "images", "device": "cpu"}
    return configured(["inference.json"], {**common, "output_dir": out, **settings})
