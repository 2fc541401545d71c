"""Score a run on its validation images, or on others."""

from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import Any

from custom.command_line.options import add_worker_options, is_spread
from custom.command_line.parser import Parser
from custom.storage.json_object import read_json_object
from custom.storage.output_folder import numbered


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(
        prog="python -m custom evaluate",
        description=__doc__,
        epilog="Other data: --dataset_dir FOLDER --part all. Any setting of bundle/docs/settings.md may follow.",
    )
    parser.add_argument("run", metavar="RUN", help="folder of a run, or its name below runs/")
    parser.add_argument("--config", nargs="+", default=[], metavar="OVERLAY", help="further configs")
    add_worker_options(parser)
    options, given = parser.parse_with_settings(arguments)
    from custom.command_line.bundle_command import BundleCommand, bundle_config, known_bundle, shown
    from custom.runs import run_folder, weights_of
    from custom.runs.spread import spread

    several = is_spread(options)
    root = known_bundle()
    folder = run_folder(options.run, root)
    if "dataset_dir" in given:
        data = Path(str(given["dataset_dir"])).expanduser().absolute()
        given = {**_names_in(data, folder, given), **given, "dataset_dir": str(data)}
    overlays = [bundle_config(root, name) for name in ("evaluate", *options.config)]
    settings = {"checkpoint": shown(weights_of(str(folder), root)), "resume": "", **_place(folder, root)}
    command = BundleCommand((bundle_config(root, "train"), shown(folder / "config.json"), *overlays), {**settings, **given})
    command.check()
    print(command, flush=True)
    if several:
        result = f"results: a new folder in {shown(folder)}; `python -m custom summary {quote(shown(folder))}` tells the scores"
        return spread(command, options.scheduler, options.workers, result, "; nothing of the evaluation is kept")
    command.run()
    return 0


def _names_in(data: Path, folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    """How the files of other data are named, if that is not as in the training and not given."""
    config = folder / "config.json"
    if not config.is_file() or any(name.startswith("slices#") for name in given):
        return {}
    from custom.init.elsewhere import settings_elsewhere

    slices = read_json_object(config, "run", "name the folder of a run").get("slices")
    return settings_elsewhere(data, slices) if isinstance(slices, dict) else {}


def _place(folder: Path, root: Path) -> dict[str, Any]:
    """Where the scores go: a new folder in that of the run."""
    from custom.command_line.bundle_command import shown

    name = next(name for name in numbered("evaluation") if not (folder / name).exists())
    there = "." if root.resolve() == Path.cwd().resolve() else shown(root)
    config = folder / "config.json"
    stored = read_json_object(config, "run", "name the folder of a run").get("bundle_root") if config.is_file() else None
    place: dict[str, Any] = {} if stored == there else {"bundle_root": there}
    runs = (root / "runs").resolve()
    if folder.resolve().is_relative_to(runs):
        return {**place, "run_name": str(folder.resolve().relative_to(runs) / name)}
    return {**place, "run_dir#parent": shown(folder), "run_name": name}
