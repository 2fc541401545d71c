"""Folders of runs, as people name them."""

from pathlib import Path

from custom.command_line.bundle_command import known_bundle, shown
from custom.storage.checkpoints import EXPORTED

WEIGHTS = "model.pt"
OF_A_RUN = (WEIGHTS, "config.json")


def run_folder(name: str, root: Path) -> Path:
    """The folder of a run: a path, or its name below the bundle's `runs/`, where a folder here is no run.

    Raises:
        ValueError: if there is none, or the folder only holds runs; the message names those that are there.
    """
    folders = [path for path in (Path(name).expanduser(), root / "runs" / name) if path.is_dir()]
    if folders:
        found = next((path for path in folders if any((path / file).is_file() for file in OF_A_RUN)), folders[0])
        if not (found / OF_A_RUN[-1]).is_file() and (below := _runs_in(found)):
            raise ValueError(f"run: {name!r} is a folder of runs; name one of them, such as {shown(found / below[-1])}")
        return found
    there = _runs_in(root / "runs")
    mend = f"; runs there are: {', '.join(there[-5:])}" if there else "; train first: python -m custom train DATA"
    raise ValueError(f"run: no folder {name!r} here or in {root / 'runs'}{mend}")


def _runs_in(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in folder.glob("*/config.json"))


def weights_of(name: str, root: Path) -> Path:
    """The weights that a path means: a file itself, or `model.pt` in the folder of a run.

    Raises:
        ValueError: if there is no such file or folder, or a run has no weights yet.
    """
    path = Path(name).expanduser()
    if path.is_file():
        return path
    if path.suffix in (".pt", *EXPORTED):
        raise ValueError(f"checkpoint: no file {name!r}; train first, or name a run or its model.pt")
    folder = run_folder(name, root)
    if not (folder / WEIGHTS).is_file():
        raise ValueError(f"checkpoint: {folder} holds no {WEIGHTS} yet: a training writes it at its first validation")
    return folder / WEIGHTS


def named_weights(checkpoint: str, bundle: str | Path | None = None) -> str:
    """The path of the weights that `--checkpoint` names, as a command shows it. Torch is not needed.

    Args:
        checkpoint: as it was typed: a file, or the folder or name of a run.
        bundle: the bundle whose `runs/` are meant; None for the usual one.

    Raises:
        ValueError: if there are no such weights.
    """
    return shown(weights_of(checkpoint, known_bundle(bundle)))
