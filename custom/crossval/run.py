"""The training and the evaluation of each fold, as `python -m monai.bundle run` does them."""

import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import Any

import torch

from custom.command_line.bundle_command import BundleCommand, bundle_config
from custom.crossval.plan import FOLDS, Plan
from custom.system.folder_lock import remove_folder

MONAIS = {"meta": "metadata.json", "logging": "logging.conf"}


def run_folds(plan: Plan, bundle: Path, only: Sequence[int] = ()) -> None:
    """Trains and scores the folds that are not done yet; a fold that was begun goes on.

    A fold is validated once, when its training ends, so that its `model.pt` is the network of the last epoch, and nothing about
    it was chosen by those whom it is scored on.

    Args:
        plan: the cross-validation.
        bundle: folder that holds `configs/`.
        only: which folds; by default all.

    Raises:
        ValueError: if there is no such fold, or its validation gave no score.
    """
    for fold in only:
        if fold not in range(len(plan.folds)):
            raise ValueError(f"only must name folds in 0..{len(plan.folds) - 1}, got {fold}")
    for fold in only or range(len(plan.folds)):
        run_dir = plan.fold_dir(fold)
        if not (run_dir / "model.pt").is_file():
            _say(plan, fold, "training")
            _train(plan, bundle, fold, run_dir)
        if not (run_dir / "evaluation" / "scores.csv").is_file():
            _say(plan, fold, "evaluation")
            _evaluate(plan, bundle, run_dir)


def _train(plan: Plan, bundle: Path, fold: int, run_dir: Path) -> None:
    if (run_dir / "last.pt").is_file():
        _run([run_dir / "config.json"], bundle, resume=str(run_dir), **_data(plan))
    else:
        remove_folder(run_dir, "resume")  # it was begun, and ended before an epoch was kept
        split = {
            "_target_": "custom.targets.written_fold",
            "items": "@slices",
            "path": _path(plan.folder / FOLDS),
            "fold": fold,
        }
        decided = {"val_interval": "@epochs", "early_stopping": -1, "split": split, "fold": fold, "num_folds": len(plan.folds)}
        files = [Path(bundle_config(bundle, config)) for config in ("train", *plan.configs)]
        _run(files, bundle, **{**plan.training, **decided, **_places(plan, bundle, run_dir)})
    if not (run_dir / "model.pt").is_file():
        raise ValueError(
            f"fold {fold}: its validation gave no score, so that {run_dir} holds no model.pt; see history.csv there"
        )


def _evaluate(plan: Plan, bundle: Path, run_dir: Path) -> None:
    evaluation = run_dir / "evaluation"
    remove_folder(evaluation, "resume")  # what a killed program left
    settings = {"checkpoint": _path(run_dir / "model.pt"), "part": "val", **_data(plan), **plan.evaluation}
    files = [run_dir / "config.json", Path(bundle_config(bundle, "evaluate"))]
    _run(files, bundle, **settings, **_places(plan, bundle, evaluation))


def _data(plan: Plan) -> dict[str, Any]:
    """Where the data lie, since they may have been moved after a fold began."""
    return {name: plan.training[name] for name in ("dataset_dir",) if name in plan.training}


def _places(plan: Plan, bundle: Path, run_dir: Path) -> dict[str, Any]:
    """Where a run writes, and what goes on after an interrupt."""
    runs, folder = (bundle / "runs").resolve(), run_dir.resolve()
    place = {"run_name": str(folder.relative_to(runs))} if folder.is_relative_to(runs) else {}
    return {
        **(place or {"run_dir#parent": str(folder.parent), "run_name": folder.name}),
        "interruption#resumable": False,
        "interruption#go_on": f"python -m custom crossval --resume {quote(str(plan.folder))}",
    }


def _run(files: Sequence[Path], bundle: Path, **settings: Any) -> None:
    files_of_monai = {f"{kind}_file": str(bundle / "configs" / name) for kind, name in MONAIS.items()}
    BundleCommand(tuple(map(str, files)), {"bundle_root": str(bundle), **files_of_monai, **settings}).run()
    gc.collect()  # engines and handlers know each other; the next fold needs the memory of their caches
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _say(plan: Plan, fold: int, what: str) -> None:
    last, held_out = len(plan.folds) - 1, len(plan.folds[fold])
    print(f"fold {fold} (0 to {last}): {what}, {held_out} patients held out", file=sys.stderr)


def _path(path: Path) -> str:
    return str(path.resolve())
