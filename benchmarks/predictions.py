"""CPU time that a prediction of many slices takes, of this version and of another commit, in turns on one machine.

    python benchmarks/predictions.py IMAGES [--commit de18ecd] [--slices 223] [--rounds 3] [--runtime openvino] [--cut_skips]
        [--checkpoint FILE] [--json FILE]

IMAGES is a folder as for `--dataset_dir`, of which the first images count. Each round runs inference.json of both versions,
each in a process of its own. `network` is the CPU time of batches of the same shapes given to the network once more, and
nothing else; what is left of a prediction is its overhead. `start` is what comes before: imports, weights, the list of images.
The median of the rounds counts. The masks of both versions are compared pixel by pixel. OMP_NUM_THREADS=1 takes out what
torch's threads spend on waiting for each other, which grows with what else the machine does. With `--cut_skips` OpenVINO cuts
skips to the size that they have, as it always does in 0.7.0, and rounds in bfloat16 as there.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[1]
COLUMNS = ("start", "prediction", "network", "overhead")


@contextmanager
def checked_out(commit: str, folder: Path) -> Iterator[Path]:
    """The files of a commit, in a folder."""
    subprocess.run(["git", "-C", str(ROOT), "worktree", "add", "--quiet", "--detach", str(folder), commit], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["git", "-C", str(ROOT), "worktree", "remove", "--force", str(folder)], check=True)


def link_images(source: Path, number: int, folder: Path) -> None:
    """The first images of a folder, under the same names, as links."""
    from custom.data.images import list_images

    for item in list_images(source)[:number]:
        link = folder / Path(item["image"]).relative_to(source)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(Path(item["image"]).resolve())


def run(root: Path, settings: dict[str, Any]) -> dict[str, float]:
    """What a process that predicts by the files of a version tells of its CPU time, in seconds."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        __file__,
        "--settings",
        json.dumps({**settings, "bundle_root": str(root / "bundle")}),
    ]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(root)}, cwd=root / "bundle", stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def predict(settings: dict[str, Any]) -> dict[str, float]:
    """Predict in this process, and then give the network as many batches again."""
    import torch
    from monai.bundle import ConfigWorkflow

    config = str(Path(settings["bundle_root"]) / "configs" / "inference.json")
    cut_skips = settings.pop("cut_skips")
    workflow = ConfigWorkflow(config, workflow_type="inference", logging_file=False, **settings)
    workflow.initialize()
    if cut_skips:
        for module in workflow.parser.get_parsed_content("network_def").modules():
            module.crops = True  # what `UpStep` asks; 0.7.0 asks nothing and cuts
    network = workflow.parser.get_parsed_content("network")
    shapes: list[torch.Size] = []
    # One of each shape: to keep all would make the prediction take new memory for each.
    kept: dict[torch.Size, torch.Tensor] = {}

    def remember(_: Any, inputs: tuple[torch.Tensor]) -> None:
        shapes.append(inputs[0].shape)
        if inputs[0].shape not in kept:
            kept[inputs[0].shape] = inputs[0].clone()

    hook = network.register_forward_pre_hook(remember)
    workflow.parser.get_parsed_content("evaluator")
    start = time.process_time()
    workflow.run()
    end = time.process_time()
    hook.remove()
    with torch.no_grad():
        for shape in shapes:
            network(kept[shape])
    network_s = time.process_time() - end
    return {"start": start, "prediction": end - start, "network": network_s, "overhead": end - start - network_s}


def compare(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Predicts with both versions in turns: seconds of each, and how their masks differ."""
    from mask_differences import differences

    (folder / "images").mkdir()
    link_images(args.images, args.slices, folder / "images")
    common = {
        "dataset_dir": str(folder / "images"), "runtime": args.runtime, "bfloat16": args.runtime == "openvino",
        "cut_skips": args.cut_skips, "checkpoint": str(args.checkpoint.resolve()),
    }  # fmt: skip
    with checked_out(args.commit, folder / "commit") as other:
        versions = {args.commit: other, "this version": ROOT}
        seconds: dict[str, list[dict[str, float]]] = {name: [] for name in versions}
        for turn in range(args.rounds):
            for number, (name, root) in enumerate(versions.items()):
                seconds[name].append(run(root, {**common, "output_dir": str(folder / f"out_{number}_{turn}")}))
                print(turn + 1, name, {column: round(value, 2) for column, value in seconds[name][-1].items()}, flush=True)
    table = {name: {column: median(row[column] for row in rows) for column in COLUMNS} for name, rows in seconds.items()}
    return {"seconds": table, "differences": differences(folder / "out_0_0", folder / "out_1_0")}


def print_table(result: dict[str, Any], slices: int) -> None:
    """Prints a row for each version, and the ratio of both."""
    columns = "".join(f"{column:>12}" for column in COLUMNS[1:])
    print(f"{'ms of CPU a slice':20}{columns}{'slices/CPU s':>14}{'start, s':>10}")
    for name, row in result["seconds"].items():
        cells = "".join(f"{1000 * row[column] / slices:12.1f}" for column in COLUMNS[1:])
        print(f"{name:20}{cells}{slices / row['prediction']:14.1f}{row['start']:10.1f}")
    before, now = (row["prediction"] for row in result["seconds"].values())
    print(f"{before / now:.2f} times the slices a CPU second")
    print("{masks} masks differ, in {pixels} pixels, {most_in_a_mask} of them in one mask".format(**result["differences"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=Path, nargs="?")
    parser.add_argument("--commit", default="de18ecd")
    parser.add_argument("--slices", type=int, default=223)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runtime", default="openvino")
    parser.add_argument("--checkpoint", type=Path, default=ROOT / "bundle/models/model.pt")
    parser.add_argument("--cut_skips", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--settings", type=json.loads, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.settings:
        print(json.dumps(predict(args.settings)))
        return
    if args.images is None:
        parser.error("name a folder of images")
    with TemporaryDirectory() as folder:
        result = compare(args, Path(folder))
    print_table(result, args.slices)
    if args.json:
        setup = {"date": str(date.today()), "machine": platform.processor() or platform.machine(), "cpus": os.cpu_count()}
        args.json.write_text(json.dumps({**setup, "commit": args.commit, "slices": args.slices, **result}, indent=2) + "\n")


if __name__ == "__main__":
    main()
