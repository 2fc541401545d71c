"""What the files of a run tell of it: when it began, how far it came, what it scored and on whom."""

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from custom.runs.patience import why_ended
from custom.settings.ids import check_ids_of_run
from custom.storage.json_object import read_json_object
from custom.storage.tables import SUMS, read_patients, read_rows, read_scores


class Best(NamedTuple):
    """The score that chooses the weights, and the epoch of its highest value; epoch 0 for an evaluation."""

    name: str
    value: float
    epoch: int


class RunState(NamedTuple):
    """A run, as its files show it.

    Attributes:
        folder: its folder.
        config: the config that made it, as it was merged.
        begun: when it began.
        history: the rows of `history.csv`; none for an evaluation.
        best: its best score; None before the first validation.
    """

    folder: Path
    config: dict[str, Any]
    begun: datetime
    history: list[dict[str, str]]
    best: Best | None

    @property
    def is_evaluation(self) -> bool:
        """Whether it scored weights and trained none."""
        return "part" in self.config

    @property
    def weights(self) -> Any:
        """The weights that were scored or started from, as the config names them; the shipped ones as their file."""
        given, shipped = self.config.get("checkpoint"), Path("models", str(self.config.get("shipped_weights")))
        if "@shipped_weights" not in str(given):
            return given
        bundles = (folder for folder in self.folder.resolve().parents if (folder / shipped).is_file())
        return str(next(bundles, Path(str(self.config.get("bundle_root", ".")))) / shipped)

    @property
    def done(self) -> int:
        """How many epochs are done."""
        return int(float(self.history[-1]["epoch"])) if self.history else 0

    @property
    def planned(self) -> int | None:
        """How many epochs the training was to have; None for an evaluation."""
        epochs = self.config.get("epochs")
        return epochs if isinstance(epochs, int) and not self.is_evaluation else None

    @property
    def stopped_early(self) -> str:
        """In words why early stopping ended the training; empty if it did not, or if all epochs are done."""
        patience = self.config.get("early_stopping")
        if self.best is None or not isinstance(patience, int) or self.done == self.planned:
            return ""
        scores = [float(row[self.best.name]) for row in self.history if row.get(self.best.name)]
        return why_ended(self.best.name, scores, patience)

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do."""
        return self.planned is None or self.done >= self.planned or bool(self.stopped_early)


def read_run(folder: Path) -> RunState:
    """The state of a run.

    Raises:
        ValueError: if the folder holds no `config.json` that can be read, a name in it is misspelt, or another file is broken.
    """
    path = folder / "config.json"
    config = read_json_object(path, "run", "name the folder of a run, such as runs/mine")
    check_ids_of_run(config, path, "run")
    begun = datetime.fromtimestamp(path.stat().st_mtime)
    history = read_rows(folder / "history.csv", ("epoch",), ("epoch",), only_numbers=True)
    return RunState(folder, config, begun, history, _best(folder, config, history))


def cases_of(folder: Path) -> dict[str, dict[str, str]]:
    """The rows of `patients.csv` by patient, without mean and median; none if there is no such file."""
    return {row["patient_id"]: row for row in read_patients(folder) if row["patient_id"] not in SUMS}


def evaluations_of(folder: Path) -> list[Path]:
    """The folders in which a run was evaluated, the first one first."""
    found = [path.parent for path in folder.glob("evaluation*/patients.csv")]
    return sorted(found, key=lambda path: (len(path.name), path.name))


def _best(folder: Path, config: dict[str, Any], history: list[dict[str, str]]) -> Best | None:
    name = next(iter(config.get("validate", {}).get("key_metric", {"val_mean_dice": None})))
    points = [Best(name, float(row[name]), int(float(row["epoch"]))) for row in history if row.get(name)]
    if not history and (score := read_scores(folder).get(name)):
        points = [Best(name, float(score), 0)]
    return max(points, key=lambda point: point.value, default=None)  # the first of equal ones
