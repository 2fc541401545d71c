"""The course of a training as a table and as curves."""

from pathlib import Path
from shlex import quote
from time import perf_counter

from ignite.engine import Events
from ignite.metrics import Average
from monai.engines import Evaluator, SupervisedTrainer
from tqdm import tqdm

from custom.figures import draw_curves
from custom.handlers.pace import Pace
from custom.storage.atomic import atomic_path
from custom.storage.tables import read_rows, write_rows


class History:
    """Writes `history.csv` at the end of each epoch, and draws `curves.png` from it, at most every few seconds.

    A row holds `epoch`, `lr` (as the epoch began), `seconds` (with validation), `train_loss` (mean over the epoch's iterations
    and all processes), then every metric of the trainer and, in epochs that validated, of the evaluator. Rows of the same and
    later epochs are replaced: a resumed run goes on where its checkpoint was written.

    Put it behind the validation, and before the checkpoint is saved, in the trainer's handlers.

    Args:
        run_dir: folder that exists.
        evaluator: the validation engine.
        title: line above the figure; should say so if the images are simulated.
    """

    def __init__(self, run_dir: str, evaluator: Evaluator, title: str = "") -> None:
        self.run_dir = Path(run_dir)
        self.evaluator = evaluator
        self.title = title
        self._loss = Average()
        self._pace = Pace()

    def attach(self, engine: SupervisedTrainer) -> None:
        """Act on a MONAI trainer."""
        engine.add_event_handler(Events.EPOCH_STARTED, self.start)
        engine.add_event_handler(Events.ITERATION_COMPLETED, self.add_loss)
        engine.add_event_handler(Events.EPOCH_COMPLETED, self)
        engine.add_event_handler(Events.COMPLETED, self.say_where)

    def start(self, engine: SupervisedTrainer) -> None:
        """Note time and learning rate."""
        self._loss.reset()
        self._started = perf_counter()
        self._lr = float(engine.optimizer.param_groups[0]["lr"])

    def add_loss(self, engine: SupervisedTrainer) -> None:
        """Add the loss of an iteration."""
        self._loss.update(float(engine.state.output[0]["loss"]))

    def __call__(self, engine: SupervisedTrainer) -> None:
        """Write the table and, if due, draw the curves, on the first process."""
        loss = float(self._loss.compute())  # together with the other processes
        if engine.state.rank != 0:
            return
        epoch = engine.state.epoch
        row = {"epoch": epoch, "lr": self._lr, "seconds": perf_counter() - self._started, "train_loss": loss}
        row |= engine.state.metrics
        validated = self.evaluator.state.epoch == epoch
        if validated:
            row |= self.evaluator.state.metrics
        path = self.run_dir / "history.csv"
        earlier = read_rows(path, ("epoch",), only_numbers=True)
        write_rows(path, [*(past for past in earlier if float(past["epoch"] or 0) < epoch), row])
        if self._pace.due(engine):
            with atomic_path(self.run_dir / "curves.png") as temporary:
                draw_curves(read_rows(path), self.title).savefig(temporary, dpi=110)
        tqdm.write(f"epoch {epoch} of {engine.state.max_epochs}: loss {loss:.3f}{self._score() if validated else ''}")

    def say_where(self, engine: SupervisedTrainer) -> None:
        """Name the folder, on the first process."""
        if engine.state.rank == 0:
            best = f", {self._best()}" if self._is_scored() else ""
            tqdm.write(f"{self.run_dir}{best}; `python -m custom summary {quote(str(self.run_dir))}` tells more")

    def _is_scored(self) -> bool:
        return self.evaluator.state.key_metric_name in self.evaluator.state.metrics

    def _score(self) -> str:
        """The score of the validation that has just ended, and the best one."""
        name = self.evaluator.state.key_metric_name
        return f", {name} {self.evaluator.state.metrics[name]:.4f}, {self._best()}" if self._is_scored() else ""

    def _best(self) -> str:
        state = self.evaluator.state
        return f"best {state.key_metric_name} {state.best_metric:.4f} in epoch {state.best_metric_epoch}"
