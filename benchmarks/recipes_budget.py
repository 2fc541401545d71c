"""How many steps a recipe of recipes.py gets: what one costs beside one of the default, and a schedule that ends with them."""

import json
import time
from pathlib import Path
from statistics import median
from typing import Any

from epoch import workflow_of
from ignite.engine import Engine, Events
from recipes_named import RECIPES

from custom.storage.atomic import atomic_path

EPOCHS = 40  # steps of the schedule, at least
SHORT = {"train#handlers": [], "train#dataset#data": "$@split['train'][:2 * @batch_size]"}


class StepClock:
    """Counts the steps of a trainer, and sums up their CPU seconds: loading and augmentation, not validations."""

    def __init__(self, trainer: Engine) -> None:
        self.steps, self.cpu_s = 0, 0.0
        trainer.add_event_handler(Events.EPOCH_STARTED, self.start)
        trainer.add_event_handler(Events.ITERATION_COMPLETED, self.count)

    def start(self) -> None:
        """Begins to time a step."""
        self._last = time.process_time()

    def count(self) -> None:
        """Counts a step and its CPU seconds, and begins the next."""
        now = time.process_time()
        self.steps, self.cpu_s, self._last = self.steps + 1, self.cpu_s + now - self._last, now


def step_costs(names: set[str], out: Path, dataset_dir: Path, shared: dict[str, Any], turns: int = 5) -> dict[str, float]:
    """Median CPU seconds of a step of each recipe, two steps a turn; the first turn fills the caches and does not count."""
    trainers = {}
    for name in names:
        settings = {**RECIPES[name].settings_for(dataset_dir, shared), **SHORT}
        workflow = workflow_of(str(out), settings, RECIPES[name].configs)
        trainers[name] = workflow.parser.get_parsed_content("train#trainer")
    taken: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(turns + 1):
        for name, trainer in trainers.items():
            trainer.state.max_epochs = turn + 1
            start = time.process_time()
            trainer.run()
            taken[name].append((time.process_time() - start) / trainer.state.epoch_length)
    return {name: median(seconds[1:]) for name, seconds in taken.items()}


def schedule_of(steps: int) -> dict[str, int]:
    """Settings of a training of so many steps, up to rounding, in some 40 epochs, each with a learning rate of its own."""
    length = max(1, steps // EPOCHS)
    epochs = max(1, round(steps / length))
    return {"epochs": epochs, "val_interval": epochs, "train#trainer#epoch_length": length}


def default_steps(cost_s: float, out: Path, minutes: float) -> int:
    """The steps of the default in the budget, as they were found first."""
    path = out / "budget.json"
    if not path.is_file():
        with atomic_path(path) as temporary:
            temporary.write_text(json.dumps({"minutes": minutes, "default_steps": max(1, round(60 * minutes / cost_s))}))
    budget = json.loads(path.read_text())
    if budget["minutes"] != minutes:
        raise SystemExit(f"minutes: {out} was begun with {budget['minutes']}, got {minutes}; choose another folder")
    return int(budget["default_steps"])
