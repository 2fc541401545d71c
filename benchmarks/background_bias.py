"""Whether a network marks too little: scores of objects with the background's logit lowered, and weights that are lowered so.

    python benchmarks/background_bias.py DATASET_DIR --config nuclei --checkpoint FILE [--part train] [--shifts 0 0.25 0.5]
    python benchmarks/background_bias.py --checkpoint FILE --write OUT --shifts 0.75

Weights of borders draw a network to the background between cells, so that its objects turn out too small. The last layer's bias
of the background makes up for that without another training. Choose the shift on images that were trained on, and score the
others. Each shift is an evaluation by evaluate.json of the weights whose bias is lowered by it; nothing is drawn by chance.
"""

import argparse
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from custom.command_line.bundle_command import BundleCommand
from custom.storage.tables import read_rows

CONFIGS = Path(__file__).parents[1] / "bundle" / "configs"
SCORES = ("val_seg", "val_object_f1", "val_average_precision", "val_average_precision_50", "val_panoptic_quality")


def lowered(checkpoint: Path, shift: float, out: Path) -> None:
    """Writes the weights with the bias of the background's logit lowered."""
    weights = torch.load(checkpoint, weights_only=True)
    weights["head.bias"][0] -= shift
    torch.save(weights, out)


def scores(checkpoint: Path, shift: float, config: str, part: str, dataset_dir: str) -> dict[str, float]:
    """What evaluate.json finds with weights that are lowered by `shift`."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.pt"
        lowered(checkpoint, shift, path)
        shutil.copyfile(checkpoint.with_name("split.json"), path.with_name("split.json"))
        settings = {
            "bundle_root": folder, "run_name": "run", "checkpoint": str(path), "part": part, "dataset_dir": dataset_dir,
            "meta_file": str(CONFIGS / "metadata.json"), "logging_file": str(CONFIGS / "logging.conf"),
        }  # fmt: skip
        configs = tuple(str(CONFIGS / f"{name}.json") for name in ("train", config, "evaluate"))
        BundleCommand(configs, settings).run()
        return {row["metric"]: float(row["value"]) for row in read_rows(Path(folder) / "runs" / "run" / "scores.csv")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset_dir", nargs="?", default="")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--config", default="nuclei", help="nuclei or ctc")
    parser.add_argument("--part", default="train", help="of the split beside the weights")
    parser.add_argument("--shifts", type=float, nargs="+", default=[0.0, 0.25, 0.5, 0.75, 1.0])
    parser.add_argument("--write", type=Path, metavar="OUT", help="write weights lowered by the first shift, and score nothing")
    args = parser.parse_args()
    if args.write:
        lowered(args.checkpoint, args.shifts[0], args.write)
        return
    found = {each: scores(args.checkpoint, each, args.config, args.part, args.dataset_dir) for each in args.shifts}
    print("| lowered by | SEG | F1 at IoU 0.5 | average precision | average precision at 0.5 | panoptic quality |")
    print("|---|---|---|---|---|---|")
    for shift, row in found.items():
        print(f"| {shift:g} | {' | '.join(f'{row[name]:.3f}' for name in SCORES)} |")


if __name__ == "__main__":
    main()
