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
from custom.data.folds import marked_pixels, read_folds, stratified_folds
from custom.data.splits import check_folds
from custom.settings.rules import as_config
from custom.settings.table import SETTINGS
from custom.storage.atomic import is_temporary
from custom.storage.json_object import read_json_object, write_json_object
from custom.storage.new_path import new_path

FOLDS = "folds.json"
MEND = "begin the cross-validation anew"
BY_PATIENT = "custom.targets.lgg_split"
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
    files = [Path(bundle_config(bundle, config)).absolute() for config in ("train", *configs)]
    of_evaluation = {key for key, row in SETTINGS.items() if "evaluate" in row.configs and "train" not in row.configs}
    evaluation = {key: value for key, value in settings.items() if key in of_evaluation}
    training = {key: value for key, value in settings.items() if key not in of_evaluation} | {"seed": seed}
    BundleCommand(tuple(map(str, files)), training).check()
    BundleCommand((*map(str, files), bundle_config(bundle, "evaluate")), evaluation).check()
    folds = _drawn(files, {**training, "bundle_root": str(bundle)}, num_folds, seed)
    plan = Plan(folder, folds, [str(file) for file in files[1:]], training, evaluation)
    folder.mkdir(parents=True, exist_ok=True)
    with new_path(folder / FOLDS, "run_name") as temporary:
        write_json_object(temporary, {key: value for key, value in plan._asdict().items() if key != "folder"})
    return plan


def _is_left_by_kill(folder: Path) -> bool:
    """Whether a folder holds nothing yet, as of a program that was killed before it wrote the folds."""
    return folder.is_dir() and all(is_temporary(path.name) for path in folder.iterdir())


def read_plan(folder: str | Path) -> Plan:
    """The cross-validation of a folder.

    Raises:
        ValueError: if the folder is not of one, or its file is broken.
    """
    path = Path(folder) / FOLDS
    if not path.is_file():
        raise ValueError(f"resume: {str(folder)!r} holds no {FOLDS}; name the folder of a cross-validation, such as runs/mine")
    folds = read_folds(path)
    content = read_json_object(path, "resume", MEND)
    configs, training, evaluation = (content.get(part) for part in ("configs", "training", "evaluation"))
    if not (isinstance(configs, list) and isinstance(training, dict) and isinstance(evaluation, dict)):
        raise ValueError(f"resume: {path} holds no configs and settings; {MEND}")
    return Plan(Path(folder), folds, configs, training, evaluation)


def _drawn(files: Sequence[Path], settings: Mapping[str, Any], num_folds: int, seed: int) -> list[list[str]]:
    # Imported here, since it takes seconds and errors before it do not.
    from monai.bundle import ConfigParser

    parser = ConfigParser(ConfigParser.load_config_files([str(file) for file in files]))
    parser.update({**as_config(settings), "num_folds": num_folds, "fold": 0})
    items = parser.get_parsed_content("slices")
    patients = {item["patient_id"] for item in items}
    check_folds(0, num_folds, len(patients), "patients")
    if parser["split"]["_target_"] == BY_PATIENT:
        return stratified_folds(marked_pixels(items), num_folds, seed)
    folds = []
    for fold in range(num_folds):
        parser["fold"] = fold
        parser.parse(True)
        folds.append(sorted({item["patient_id"] for item in parser.get_parsed_content("split")["val"]}))
    return folds
