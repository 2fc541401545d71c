"""The step of an evaluator that scores: a short series at once, a long one a window at a time."""

from collections import deque
from typing import Any

import torch
from monai.data import DataLoader
from monai.engines import SupervisedEvaluator
from monai.engines.utils import IterationEvents
from monai.utils import convert_to_dst_type
from monai.utils.enums import CommonKeys

from custom.handlers.long_series import LongSeries
from custom.loading.series_windows import SeriesWindows
from custom.loading.tolerant import FAILURE
from custom.transforms.meta import plain

Batch = dict[str, Any]


class EvaluationStep:
    """The `iteration_update` of an evaluator over batches of `collate_tolerant`, none of them broken: items and outputs.

    A short series is the evaluator's own iteration. Of a long one a step predicts a window; then the losses see the logits of
    all images together, and the metrics a window of images after the other, which are taken from the dataset again. Steps
    before that give no outputs. Scores are those of all images at once, bit for bit on one thread.

    Args:
        windows: the batch sampler of the evaluator's data.
    """

    def __init__(self, windows: SeriesWindows) -> None:
        self.windows = windows
        self._series: LongSeries | None = None
        self._waiting: deque[int] = deque()  # images whose outputs were not given yet
        self._most = 0

    def __call__(self, engine: SupervisedEvaluator, batch: Batch) -> Any:
        """Decollated and post-processed outputs; `engine.state.batch` becomes their items."""
        window = self.windows.steps[engine.state.iteration - 1]
        del batch[FAILURE]
        if window.steps == 1:
            return engine._iteration(engine, batch)
        if window.step == 0:
            self._series, self._most = LongSeries(engine, window.total, whole=True), len(window.images)
        assert self._series is not None
        if window.images:
            self._series.add(batch[CommonKeys.IMAGE])
            self._waiting += window.images
        if window.ends_series:
            engine.state.output = {CommonKeys.PRED: self._series.end(), CommonKeys.LABEL: self._labels(engine)}
            engine.fire_event(IterationEvents.FORWARD_COMPLETED)
        self._give_out(engine, self._series)
        if not self._waiting:
            self._series = None
        return engine.state.output

    def _labels(self, engine: SupervisedEvaluator) -> torch.Tensor:
        """Labels (N, 1, H, W) of the series, as the dataset holds them: no list of them is made meanwhile."""
        dataset: Any = _loader(engine).dataset
        first = plain(dataset[self._waiting[0]][CommonKeys.LABEL])
        labels = first.new_empty((len(self._waiting), *first.shape), device=engine.state.device)
        for place, index in enumerate(self._waiting):
            labels[place] = plain(dataset[index][CommonKeys.LABEL])
        return labels

    def _give_out(self, engine: SupervisedEvaluator, series: LongSeries) -> None:
        """Puts items and outputs of the next images into the engine, none while their logits are not finished."""
        engine.state.batch, engine.state.output = [], []
        if not series.finished:
            return
        chosen = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        loader = _loader(engine)
        batch: Any = loader.collate_fn([loader.dataset[index] for index in chosen])
        del batch[FAILURE]
        images, labels = engine.prepare_batch(batch, engine.state.device, engine.non_blocking, **engine.to_kwargs)
        logits = torch.stack([series.finished.popleft() for _ in chosen])
        engine.state.batch = batch
        engine.state.output = {
            CommonKeys.IMAGE: images,
            CommonKeys.LABEL: labels,
            CommonKeys.PRED: convert_to_dst_type(logits, images, dtype=logits.dtype)[0],
        }
        engine.fire_event(IterationEvents.MODEL_COMPLETED)


def _loader(engine: SupervisedEvaluator) -> DataLoader:
    loader: Any = engine.data_loader
    return loader
