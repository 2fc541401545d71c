"""The step of an evaluator over images of which some may be broken, and over long series a window at a time."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import torch
from monai.data import MetaTensor, decollate_batch
from monai.engines import SupervisedEvaluator

from custom.handlers.long_series import LongSeries
from custom.loading.series_windows import SeriesWindows, Window
from custom.loading.tolerant import FAILURE, SHOWN, reason
from custom.networks.runtimes import ForeignNetwork
from custom.system.threads import one_thread

Output = dict[str, Any]


class PredictionStep:
    """The `iteration_update` of an evaluator over batches of `collate_tolerant`: outputs of images, or why there is none.

    A short series is the evaluator's own iteration. Of a long one a step predicts a window; outputs are given as soon as they
    are known, in the order of the images. So a step may give those of earlier images, or none.

    Args:
        windows: the batch sampler of the evaluator's data.
        postprocessing: what the evaluator does to the output of each image.
    """

    def __init__(self, windows: SeriesWindows, postprocessing: Callable[[Output], Output]) -> None:
        self.windows = windows
        self.postprocessing = postprocessing
        self._series: _Series | None = None

    def __call__(self, engine: SupervisedEvaluator, batch: dict[str, Any]) -> list[Output]:
        """Decollated and post-processed outputs, or dictionaries with the key `failure`."""
        window = self.windows.steps[engine.state.iteration - 1]
        failures, shown = batch.pop(FAILURE), batch.pop(SHOWN, None)
        with one_thread(_is_foreign(engine.network)):  # a foreign network has threads of its own
            if window.steps == 1:
                return _at_once(engine, batch, failures, shown)
            if window.step == 0:
                self._series = _Series(engine, window.total, self.postprocessing)
            assert self._series is not None
            return self._series.step(window, batch, failures)


class _Series:
    """A long series: images that wait for their logits, and logits that wait for their turn."""

    def __init__(self, engine: SupervisedEvaluator, total: int, postprocessing: Callable[[Output], Output]) -> None:
        self.postprocessing = postprocessing
        self.logits = LongSeries(engine, total)
        self.waiting: deque[str | dict[str, Any]] = deque()  # why an image has no logits, or its meta data
        self.problem = ""
        self.most = 0

    def step(self, window: Window, batch: dict[str, Any], failures: Sequence[str]) -> list[Output]:
        """Takes a window of images, and gives at most as many outputs, of the last window all that are left."""
        self.most = max(self.most, len(window.images))
        try:
            self._take_in(batch, failures)
            if window.ends_series:
                self.logits.end()
        except Exception as error:  # images that the network or the memory cannot take must not end the others
            self.problem = self.problem or _with_mend(error)
        return self._given_out(len(self.waiting) if window.step == window.steps - 1 else self.most)

    def _take_in(self, batch: dict[str, Any], failures: Sequence[str]) -> None:
        meta = iter([image.meta for image in decollate_batch(batch["image"])] if "image" in batch else [])
        self.waiting += [failure or next(meta) for failure in failures]
        if not (all(failures) or self.problem):
            self.logits.add(batch["image"])

    def _given_out(self, most: int) -> list[Output]:
        outputs: list[Output] = []
        while self.waiting and len(outputs) < most:
            if isinstance(self.waiting[0], dict) and not (self.logits.finished or self.problem):
                break
            outputs.append(self._output(self.waiting.popleft()))
        return outputs

    def _output(self, image: str | dict[str, Any]) -> Output:
        if isinstance(image, str) or self.problem:
            return {FAILURE: image if isinstance(image, str) else self.problem}
        try:
            # Of an image nothing but its meta data is used from here on.
            logits = self.logits.finished.popleft()
            return self.postprocessing({"image": MetaTensor(torch.empty(0), meta=image), "pred": logits})
        except Exception as error:
            self.problem = _with_mend(error)
            return {FAILURE: self.problem}


def _at_once(engine: SupervisedEvaluator, batch: dict[str, Any], failures: list[str], shown: Any) -> list[Output]:
    try:
        outputs: Any = [] if all(failures) else engine._iteration(engine, batch)
    except Exception as error:
        problem = _with_mend(error) if len(failures) > 1 else reason(error)
        return [{FAILURE: failure or problem} for failure in failures]
    if shown is not None:
        outputs = [{**output, SHOWN: picture} for output, picture in zip(outputs, shown, strict=True)]
    sound = iter(outputs)
    return [{FAILURE: failure} if failure else next(sound) for failure in failures]


def _with_mend(error: BaseException) -> str:
    return f"{reason(error)}; --across_slices False takes one slice at a time"


def _is_foreign(network: Any) -> bool:
    return any(isinstance(module, ForeignNetwork) for module in network.modules())
