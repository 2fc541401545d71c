"""How long a training will take and how much memory it needs, from three steps of it."""

import logging
import os
import resource
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, NamedTuple

from custom.settings.rules import as_config

STEPS = 3


class Cost(NamedTuple):
    """What was measured.

    Attributes:
        step_s: a training step, with augmentation, in seconds.
        image_s: the validation of an image.
        loading_s: decoding and normalising an image, once.
        memory_mb: the process's memory at its peak, without the images that are kept.
    """

    step_s: float
    image_s: float
    loading_s: float
    memory_mb: float


class Counts(NamedTuple):
    """Numbers of a training: images on each side, steps in an epoch, epochs, validations."""

    num_train: int
    num_val: int
    steps: int
    epochs: int
    validations: int

    def seconds(self, cost: Cost) -> float:
        """The time from the first image to the last epoch."""
        steps = self.epochs * self.steps * cost.step_s
        validations = self.validations * self.num_val * cost.image_s
        return steps + validations + (self.num_train + self.num_val) * cost.loading_s


def measure(configs: Sequence[str], settings: Mapping[str, Any]) -> tuple[Counts, Cost]:
    """Runs three steps of a training, after one that warms up, and validates an image; nothing is written.

    Args:
        configs: the training's configs.
        settings: what is set besides.

    Raises:
        SystemExit: with one line, if the data cannot be trained on as the configs say.
    """
    with TemporaryDirectory() as folder, _quietly():
        from monai.bundle import ConfigParser

        parser = ConfigParser()
        parser.read_config(list(configs))
        nothing = {"bundle_root": folder, "run_dir": folder, "train#handlers": [], "validate#handlers": []}
        parser.update({**as_config(dict(settings)), **nothing})
        split = parser.get_parsed_content("split")
        counts = _counts(parser, split)
        # A step holds no more images than there are.
        batch = min(int(parser.get_parsed_content("batch_size")), len(split["train"]))
        few = [split["train"][place % len(split["train"])] for place in range(batch * (STEPS + 1))]
        # Made by a component: in a config, a file that is called `$…` would be an expression, and run.
        parser["batch_size"] = batch
        parser["split"] = {"_target_": partial(dict, train=few, val=split["val"][:1])}
        parser.parse(reset=True)
        return counts, _cost(parser, len(few))


def _counts(parser: Any, split: Mapping[str, Sequence[Any]]) -> Counts:
    numbers = {name: int(parser.get_parsed_content(name)) for name in ("epochs", "batch_size", "val_interval")}
    steps = -(-len(split["train"]) // numbers["batch_size"])
    validations = numbers["epochs"] // numbers["val_interval"]
    return Counts(len(split["train"]), len(split["val"]), steps, numbers["epochs"], validations)


def _cost(parser: Any, num_images: int) -> Cost:
    from ignite.engine import Events

    started = perf_counter()
    dataset = parser.get_parsed_content("train#dataset")
    loading = (perf_counter() - started) / num_images
    dataset.epoch = 1
    trainer = parser.get_parsed_content("train#trainer")
    trainer.state.max_epochs = 1
    times = [perf_counter()]
    trainer.add_event_handler(Events.ITERATION_COMPLETED, lambda: times.append(perf_counter()))
    trainer.run()
    evaluator = parser.get_parsed_content("validate#evaluator")
    started = perf_counter()
    evaluator.run()
    image = perf_counter() - started
    return Cost((times[-1] - times[1]) / (len(times) - 2), image, loading, _peak_mb())


def _peak_mb() -> float:
    """Memory of this process at its peak; Linux counts in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the bars and notes of libraries, which are about three steps that nobody asked for."""
    before, stderr = logging.root.manager.disable, sys.stderr
    logging.disable(logging.WARNING)
    with open(os.devnull, "w") as nothing, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sys.stderr = nothing
        try:
            yield
        finally:
            sys.stderr = stderr
            logging.disable(before)
