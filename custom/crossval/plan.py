"""What a cross-validation is made of: its folder, and `folds.json` in it, which all that follows is made from.

::

    {"folds": [["TCGA_CS_4941_19960909", …], …],       who is scored by the network of which fold
     "configs": ["folder.json"],                       overlays behind train.json
     "training": {"dataset_dir": "/data/mine", …},     settings of each fold's training
     "evaluation": {"average": true}}                  settings of each fold's evaluation
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from custom.command_line.bundle_command import BundleCommand, bundle_config
from custom.crossval.drawn import drawn_folds
from custom.data.folds import read_folds
from custom.settings.table import SETTINGS
from custom.storage.atomic import is_temporary
from custom.storage.json_object import read_json_object, write_json_object
from custom.storage.new_path import new_path

FOLDS = "folds.json"
MEND = "begin the cross-validation anew"
# What a cross-validation decides: who is validated on, when, and where results go.
DECIDED = ("fold", "num_folds", "val_fraction", "val_interval", "early_stopping", "run_name", "resume", "checkpoint", "part")


class Plan(NamedTuple):
    """A cross-validation.

    Attributes:
        folder: the folder of its results, below `runs/` of the bundle.
        folds: the patients of each fold.
        configs: overlays behind `train.json`.
        training: settings of each fold's training.
        evaluation: settings of each fold's evaluation.
    """

    folder: Path
    folds: list[list[str]]
    configs: list[str]
    training: dict[str, Any]
    evaluation: dict[str, Any]

    def fold_dir(self, fold: int) -> Path:
        """The folder of a fold's run."""
        return self.folder / f"fold_{fold}"


def new_plan(
    bundle: Path, name: str, configs: Sequence[str], settings: Mapping[str, Any], num_folds: int, seed: int = 0
) -> Plan:
    """Draws the folds, and makes the folder `runs/name` with `folds.json`.

    Where the configs split by patient, the folds are stratified by institution and size of what is marked; where they cut a
    sequence, as of the frames of a film, the folds are its contiguous parts.

    Args:
        bundle: folder that holds `configs/`.
        name: name of the new folder.
        configs: overlays behind `train.json`, names in `configs/` or paths.
        settings: settings of training and evaluation, by name.
        num_folds: from 2 to the number of patients.
        seed: start of the random numbers of the folds and of each training.

    Raises:
        ValueError: if the folder exists, a setting is one that a cross-validation decides, or there are no such folds.
    """
    for setting in settings:
        if setting in DECIDED:
            raise ValueError(f"{setting} is decided by the cross-validation, got {settings[setting]!r}; leave it out")
    folder = bundle / "runs" / name
    if not name or (folder.exists() and not _is_left_by_kill(folder)):
        raise ValueError(f"run_name: {str(folder)!r} exists; choose another name, or go on with --resume {folder}")
    of_evaluation = {key for key, row in SETTINGS.items() if "evaluate" in row.configs and "train" not in row.configs}
    evaluation = {key: value for key, value in settings.items() if key in of_evaluation}
    training = {key: value for key, value in settings.items() if key not in of_evaluation} | {"seed": seed}
    files = _checked(bundle, configs, training, evaluation)
    folds = drawn_folds(files, {**training, "bundle_root": str(bundle)}, num_folds, seed)
    plan = Plan(folder, folds, [str(file) for file in files[1:]], training, evaluation)
    folder.mkdir(parents=True, exist_ok=True)
    with new_path(folder / FOLDS, "run_name") as temporary:
        write_plan(plan, temporary)
    return plan


def _is_left_by_kill(folder: Path) -> bool:
    """Whether a folder holds nothing yet, as of a program that was killed before it wrote the folds."""
    return folder.is_dir() and all(is_temporary(path.name) for path in folder.iterdir())


def write_plan(plan: Plan, path: Path) -> None:
    """Writes a cross-validation as `folds.json`."""
    write_json_object(path, {key: value for key, value in plan._asdict().items() if key != "folder"})


def read_plan(folder: str | Path, bundle: Path, dataset_dir: str = "") -> Plan:
    """The cross-validation of a folder.

    Args:
        folder: where it lies.
        bundle: folder that holds `configs/`.
        dataset_dir: where its data lie now; empty for where they lay.

    Raises:
        ValueError: if the folder is not of one, or its file is broken, or holds settings that cannot be.
    """
    path = Path(folder) / FOLDS
    if not path.is_file():
        raise ValueError(f"resume: {str(folder)!r} holds no {FOLDS}; name the folder of a cross-validation, such as runs/mine")
    folds = read_folds(path, "resume", MEND)
    content = read_json_object(path, "resume", MEND)
    configs, training, evaluation = (content.get(part) for part in ("configs", "training", "evaluation"))
    if not (isinstance(configs, list) and isinstance(training, dict) and isinstance(evaluation, dict)):
        raise ValueError(f"resume: {path} holds no configs and settings; {MEND}")
    if dataset_dir:
        training = training | {"dataset_dir": dataset_dir}
    elif not SETTINGS["dataset_dir"].rule.holds(place := training.get("dataset_dir", "")):
        raise ValueError(f"dataset_dir: {path} names {place!r}, which is not there; name where the data lie with --dataset_dir")
    try:
        _checked(bundle, list(map(str, configs)), training, evaluation)
    except ValueError as error:
        raise ValueError(f"resume: {path} is refused: {error}") from None
    return Plan(Path(folder), folds, configs, training, evaluation)


def _checked(bundle: Path, configs: Sequence[str], training: Mapping[str, Any], evaluation: Mapping[str, Any]) -> list[Path]:
    """The configs of the trainings, which know the settings; of the evaluations `evaluate` lies over them."""
    files = [Path(bundle_config(bundle, config)).absolute() for config in ("train", *configs)]
    BundleCommand(tuple(map(str, files)), dict(training)).check()
    BundleCommand((*map(str, files), bundle_config(bundle, "evaluate")), {**training, **evaluation}).check()
    return files
