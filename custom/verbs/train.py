"""Train a network with a plan, on a folder of images and masks, or without either on simulated patients."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from custom.command_line.bundle_command import BundleCommand
from custom.command_line.options import add_timing
from custom.command_line.parser import Parser
from custom.settings.rules import from_config
from custom.storage.json_object import read_json_object
from custom.storage.output_folder import numbered

SHORT = "--epochs 5 --batch_size 4 --patch_size 192"


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(
        prog="python -m custom train",
        description=__doc__,
        epilog="Any setting of bundle/docs/settings.md may follow, such as --epochs 60 --run_name mine.",
    )
    parser.add_argument("plan_or_data", nargs="?", default="", metavar="PLAN|DATA", help="plan (.json), or folder of the data")
    parser.add_argument("--config", nargs="+", default=[], metavar="OVERLAY", help="further configs, such as ema or nuclei")
    parser.add_argument("--resume", default="", metavar="RUN", help="folder of a run to continue")
    add_timing(parser, "before a folder or simulated patients are trained on, ")
    options, given = parser.parse_with_settings(arguments)
    from custom.command_line.bundle_command import bundle_config, known_bundle, place_of_runs

    root = known_bundle()
    overlays = [bundle_config(root, name) for name in options.config]
    BundleCommand((bundle_config(root, "train"), *overlays), given).check()  # before a plan takes its time
    if options.resume:
        configs, settings = _resumed(options.resume, root)
    else:
        timed = options.timing == "True"
        configs, settings = _begun(options.plan_or_data, root, bool(overlays), given, timed)
    command = BundleCommand((*configs, *overlays), {**settings, **place_of_runs(root), **given}, "training")
    command.check()
    if not (options.plan_or_data or options.resume or overlays or given.get("dataset_dir")) and options.timing == "True":
        print(_told_of_simulated(command), file=sys.stderr)
    print(command, flush=True)
    command.run()
    return 0


def _told_of_simulated(command: BundleCommand) -> str:
    """The line that tells how long a training takes for which nobody named data, and what else may be meant."""
    from custom.data.phantom import phantom_lgg
    from custom.init.timing import measure
    from custom.text.durations import duration

    phantom_lgg()  # here, where it tells how far it has come
    counts, cost = measure(command.configs, command.settings)
    return (
        f"no PLAN or DATA: {counts.epochs} epochs on SIMULATED patients take about {duration(counts.seconds(cost))}; "
        f"a short training, as by `make train`: python -m custom train {SHORT}; your own data: python -m custom train FOLDER"
    )


def _resumed(name: str, root: Path) -> tuple[list[str], dict[str, Any]]:
    from custom.command_line.bundle_command import shown
    from custom.runs import run_folder

    folder = shown(run_folder(name, root))
    return [f"{folder}/config.json"], {"resume": folder}


def _begun(name: str, root: Path, with_overlays: bool, given: dict[str, Any], timed: bool) -> tuple[list[str], dict[str, Any]]:
    """The configs of a training that begins, and what names its data."""
    from custom.command_line.bundle_command import bundle_config, shown

    base = bundle_config(root, "train")
    path = Path(name).expanduser()
    if not name:
        return [base], {}
    if path.is_file() and path.suffix == ".json":
        return [base, shown(path)], {}
    if not path.is_dir():
        wrong = f"{name!r} is no plan" if path.exists() else f"no file or folder {name!r}"
        raise ValueError(f"plan_or_data: {wrong}; name a plan (.json), or a folder of images and masks")
    if with_overlays:
        return [base], {"dataset_dir": str(path.absolute())}
    return [base, str(plan_for(path, given, timed))], {}


def plan_for(data: Path, given: dict[str, Any], timed: bool = True) -> Path:
    """The plan of a folder: the one that lies here already, or a new one, in which the time is estimated if `timed`."""
    plans = (Path(f"{name}.json") for name in numbered(data.resolve().name))
    plan = next(path for path in plans if not path.exists() or is_plan_of(data, path))
    if plan.exists():
        print(f"plan: {plan}, which is here already")
        return plan
    from custom.init.make import make_plan

    return make_plan(str(data), plan, {}, timed=timed, at_once=given)


def is_plan_of(data: Path, plan: Path) -> bool:
    """Whether a plan is for a folder, or one in it.

    Args:
        data: the folder.
        plan: the file of the plan, which is there.

    Raises:
        ValueError: if the file is broken.
    """
    known = str(from_config(read_json_object(plan, "plan", "remove it, or give another plan").get("dataset_dir", "")))
    return bool(known) and Path(known).is_relative_to(data.resolve())
