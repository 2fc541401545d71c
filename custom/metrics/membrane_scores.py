"""Scores of the ISBI 2012 challenge while an engine runs, over all processes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from custom.metrics.information import information_f_score
from custom.metrics.per_item import Key, PerItem
from custom.metrics.pixel import pixel_error, pixel_f_error
from custom.metrics.rand import rand_f_score
from custom.metrics.thresholds import after_thinning, best_over_thresholds, mean_over_slices, of_components
from custom.metrics.warping import warping_error

Slice = tuple[NDArray[np.float16], NDArray[np.bool_], NDArray[np.bool_]]


class MembraneScores(PerItem):
    """Scores of probability maps of cells, each with the threshold out of 0, 0.1 … 0.9 that is best for all slices together.

    * `rand_f_score` `information_f_score`: foreground-restricted, after thinning of the borders, of 4-connected components;
    * `rand_error`: 1 - `rand_f_score`;
    * `pixel_error`: at 0.5; `best_pixel_error`: at its best threshold;
    * `pixel_f_error`: the same in the form of the challenge's software, at its best threshold;
    * `warping_error`: if asked for; NaN if there are unlabelled pixels, which may hide a merger or a split.

    After post-processing `engine.state.output` must have the `probability` (K, H, W), of whose channels the last is that of
    cells, and the `label` (1, H, W), 1 in cells, 0 on membranes and negative where unlabelled, which does not count.

    Args:
        prefix: what the names of the numbers begin with.
        warping: whether to measure the warping error, which takes seconds for each slice.
    """

    headline = "rand_f_score"

    def __init__(self, prefix: str = "val_", warping: bool = False) -> None:
        super().__init__(prefix)
        self.warping = warping

    def record(self, item: Mapping[str, Any], result: Mapping[str, Any]) -> Slice:
        """Probabilities and truth of one slice, and where it is labelled."""
        probabilities, truth = (torch.as_tensor(result[key]).cpu().numpy() for key in ("probability", "label"))
        return probabilities[-1].astype(np.float16), truth[0] > 0, truth[0] >= 0

    def scores(self, records: Mapping[Key, Slice]) -> dict[str, float]:
        """The numbers.

        Raises:
            ValueError: if the slices differ in size.
        """
        sizes = {truth.shape for _, truth, _ in records.values()}
        if len(sizes) > 1:
            raise ValueError(f"slices must be of one size to be scored as a stack, got {sorted(sizes)}")
        probabilities, truth, labelled = (np.stack(arrays) for arrays in zip(*records.values(), strict=True))
        stacks: dict[str, Any] = {"probabilities": probabilities, "truth": truth}
        pixels: dict[str, Any] = {name: stack[labelled] for name, stack in stacks.items()}
        rand, information = (
            best_over_thresholds(mean_over_slices(of_components(after_thinning(metric))), **stacks).value
            for metric in (rand_f_score, information_f_score)
        )
        scores = {
            "rand_f_score": rand,
            "rand_error": 1 - rand,
            "information_f_score": information,
            "pixel_error": pixel_error(pred=pixels["probabilities"] > 0.5, truth=pixels["truth"]),
            "best_pixel_error": best_over_thresholds(pixel_error, **pixels, best=min).value,
            "pixel_f_error": best_over_thresholds(pixel_f_error, **pixels, best=min).value,
        }
        if self.warping:
            scores["warping_error"] = float("nan")
            if labelled.all():
                scores["warping_error"] = best_over_thresholds(mean_over_slices(warping_error), **stacks, best=min).value
        return scores
