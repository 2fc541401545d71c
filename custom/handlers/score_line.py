"""The scores of an evaluation in one line, and where all are."""

from shlex import quote
from typing import Any

from ignite.engine import Engine, Events

from custom.system.processes import rank

# Beside the score that chooses weights; the files of the run hold all others.
SHOWN = ("val_mean_dice", "val_median_dice", "val_mean_iou", "val_object_f1")


class ScoreLine:
    """Prints the key metric of an evaluator and well-known others when it ends, in the first process alone.

    Args:
        run_dir: folder of the run, whose summary holds all scores.
    """

    def __init__(self, run_dir: str) -> None:
        self.run_dir = run_dir

    def attach(self, engine: Engine) -> None:
        """Act on an evaluator, behind its metrics."""
        if not rank():
            engine.add_event_handler(Events.COMPLETED, self)

    def __call__(self, engine: Engine) -> None:
        """Prints the lines, of which the first is such as `val_seg 0.7452, val_mean_dice 0.9174`."""
        state: Any = engine.state
        names = dict.fromkeys((state.key_metric_name, *SHOWN))
        print(", ".join(f"{name} {state.metrics[name]:.4f}" for name in names if name in state.metrics))
        print(f"`python -m custom summary {quote(self.run_dir)}` tells the scores", flush=True)
