"""Recipes of training and networks of others compared: the same patients, the same budget of CPU time, and one table.

    OMP_NUM_THREADS=1 python benchmarks/recipes.py kaggle_3m --out recipes [--minutes 7] [--only default width_24]

Each recipe trains from scratch with seed 0 on 70 patients and is scored once, by evaluate.json, on the 18 patients
of models/held_out/split.json. No epoch is chosen: the last one counts, where the cosine schedule ends.

The budget is CPU time of the training's steps, with loading and augmentation, on one thread. The default takes as many steps
as fit into it. Another recipe takes fewer the more a step of it costs: before it trains, some of its steps and of the
default's take turns, so that both meet the same machine, and the medians count.

What is finished is kept: the same command goes on after an interrupt. In the folder `--out` lie recipes.csv, recipes.md and
the runs, which `python -m custom compare RUN RUN` compares, too. `--list` tells the recipes; recipes_named.py holds them.
"""

import argparse
import gc
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from epoch import ROOT, workflow_of
from recipes_budget import StepClock, default_steps, schedule_of, step_costs
from recipes_named import RECIPES
from recipes_table import RESULT, write_tables

from custom.command_line.bundle_command import BundleCommand
from custom.storage.atomic import atomic_path

CONFIGS = ROOT / "bundle" / "configs"


def train(name: str, out: Path, dataset_dir: Path, minutes: float, shared: dict[str, Any]) -> None:
    """Trains a recipe anew, and writes what it took beside the weights."""
    recipe, run_dir = RECIPES[name], out / "runs" / name
    shutil.rmtree(run_dir, ignore_errors=True)  # what was begun and did not end
    cost_s = step_costs({"default", name}, out, dataset_dir, shared)
    relative = cost_s[name] / cost_s["default"]
    schedule = schedule_of(round(default_steps(cost_s["default"], out, minutes) / relative))
    settings = {**recipe.settings_for(dataset_dir, shared), **schedule, "run_name": name}
    workflow = workflow_of(str(out), settings, recipe.configs)
    trainer, network = (workflow.parser.get_parsed_content(part) for part in ("train#trainer", "network"))
    clock = StepClock(trainer)
    workflow.run()
    parameters = sum(parameter.numel() for parameter in network.parameters())
    taken = {"parameters": parameters, "steps": clock.steps, "cpu_min": clock.cpu_s / 60, "step_cost": relative}
    with atomic_path(run_dir / RESULT) as temporary:
        temporary.write_text(json.dumps(taken, indent=2) + "\n")


def evaluate(run_dir: Path, out: Path) -> None:
    """Scores a run on the patients that it kept apart, anew if it was scored before."""
    evaluation = run_dir / "evaluation"
    shutil.rmtree(evaluation, ignore_errors=True)
    settings = {"checkpoint": str(run_dir / "model.pt"), "part": "val", "bundle_root": str(out)}
    settings |= {"meta_file": str(CONFIGS / "metadata.json"), "logging_file": str(CONFIGS / "logging.conf")}
    files = (str(run_dir / "config.json"), str(CONFIGS / "evaluate.json"))
    BundleCommand(files, {**settings, "run_name": f"{run_dir.name}/evaluation"}).run()


def run_recipe(name: str, out: Path, dataset_dir: Path, minutes: float, shared: dict[str, Any]) -> None:
    """Trains and scores a recipe as far as it is not done yet."""
    run_dir = out / "runs" / name
    if not (run_dir / RESULT).is_file():
        print(f"{name}: training", file=sys.stderr)
        train(name, out, dataset_dir, minutes, shared)
    if not (run_dir / "evaluation" / "scores.csv").is_file():
        print(f"{name}: evaluation", file=sys.stderr)
        evaluate(run_dir, out)
    gc.collect()  # engines and handlers know each other; the next recipe needs the memory of their caches


def run_all(names: Sequence[str], out: Path, dataset_dir: Path, minutes: float, **shared: Any) -> list[str]:
    """Runs recipes one after the other, and names those that failed.

    Args:
        names: which, of `RECIPES`.
        out: folder of runs and tables.
        dataset_dir: the set, in Kaggle's layout.
        minutes: CPU time of each training's steps.
        shared: settings of all recipes, such as `batch_size`, which a recipe may change.
    """
    failed = []
    out = out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    for name in names:
        try:
            run_recipe(name, out, dataset_dir, minutes, shared)
        except (Exception, SystemExit) as error:
            if isinstance(error, SystemExit) and isinstance(error.code, int) and error.code >= 128:  # an interrupt
                raise
            print(f"{name} failed: {error}", file=sys.stderr)
            failed.append(name)
        write_tables(out)
    return failed


def same_patients(out: Path) -> bool:
    """Whether the runs' patients are those that models/held_out/model.pt was trained and validated on."""
    published = json.loads((ROOT / "bundle" / "models" / "held_out" / "split.json").read_text())
    splits = [json.loads(path.read_text()) for path in out.glob("runs/*/split.json")]
    return all(split[side]["patients"] == published[side]["patients"] for split in splits for side in ("train", "val"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset_dir", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, default=Path("recipes"), help="folder of runs and tables")
    parser.add_argument("--minutes", type=float, default=7, help="CPU minutes of each training's steps")
    parser.add_argument("--only", nargs="+", choices=list(RECIPES), default=list(RECIPES), metavar="RECIPE")
    parser.add_argument("--list", action="store_true", help="names the recipes and ends")
    args = parser.parse_args()
    if args.list:
        print("\n".join(f"{name:16} {recipe.title}" for name, recipe in RECIPES.items()))
        return
    if args.dataset_dir is None:
        parser.error("DATASET_DIR: name the folder of the LGG set")
    failed = run_all(args.only, args.out, args.dataset_dir, args.minutes)
    print((args.out / "recipes.md").read_text(), end="")
    if not same_patients(args.out):
        print("Other patients than those of models/held_out/split.json: the table is another than that of the documents")
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
