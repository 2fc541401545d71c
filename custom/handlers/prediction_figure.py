"""Predictions beside the truth as one picture."""

from pathlib import Path

from ignite.engine import Events
from monai.engines import Evaluator

from custom.figures import Example, draw_predictions
from custom.handlers.best import is_best
from custom.handlers.cases import Cases
from custom.report.case import Case, chosen, decoded
from custom.runs.nouns import counted
from custom.storage.atomic import atomic_path


class PredictionFigure:
    """Draws `predictions.png`: the worst, the median and the best patients of a validation, and of how many they are.

    During a training it shows the validation that was best.

    Args:
        run_dir: folder that exists.
        cases: what is shown of each patient, attached to the same evaluator before this.
        title: shown above; should say so if the images are simulated.
        num_patients: how many are shown, ≥ 3; a third of them worst, a third median, a third best.
    """

    def __init__(self, run_dir: str, cases: Cases, title: str = "", num_patients: int = 8) -> None:
        self.path = Path(run_dir) / "predictions.png"
        self.cases = cases
        self.title = title
        self.num_patients = num_patients

    def attach(self, engine: Evaluator) -> None:
        """Act on a MONAI evaluator."""
        engine.add_event_handler(Events.EPOCH_COMPLETED, self)

    def __call__(self, engine: Evaluator) -> None:
        """Draw the picture, on the first process."""
        if is_best(engine) and self.cases.best:
            with atomic_path(self.path) as temporary:
                draw_predictions(self.examples(), self.heading()).savefig(temporary)

    def examples(self) -> list[Example]:
        """What is drawn, from the worst on."""
        return [_example(word, case) for word, case in chosen(self.cases.best, "dice", self.num_patients)]

    def heading(self) -> str:
        """How many patients or images these are chosen from, and the title."""
        number = len(self.cases.best)
        told = "all" if number <= self.num_patients else "worst, median and best of"
        return f"{told} {counted(number, self.cases.noun)}" + (f", {self.title}" if self.title else "")


def _example(word: str, case: Case) -> Example:
    name = ", ".join(filter(None, (case.name, case.shown)))
    image, pred, truth = (decoded(png) for png in (case.image, case.pred, case.truth))
    return Example(f"{word}: {name}, Dice {case.scores['dice']:.2f}", image, pred, truth)
