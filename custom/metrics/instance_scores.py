"""Scores of objects while an engine runs, over all processes."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from custom.metrics.objects import IOU_THRESHOLDS, Matches, match_objects, merged_pairs, split_pairs
from custom.metrics.per_item import Key, PerItem
from custom.metrics.seg import matched_ious
from custom.transforms.instances import connected_instances


class ImageObjects(NamedTuple):
    """Of one image: IoU of each object of the truth, matches at each of `IOU_THRESHOLDS`, pairs merged and split."""

    ious: NDArray[np.float64]
    matches: list[Matches]
    merged: int
    split: int


class InstanceScores(PerItem):
    """SEG and object scores of the connected components of the predicted cells, over all images of an evaluation.

    * `seg`: mean over all objects of the truth of `matched_ious`;
    * `object_f1`: at IoU 0.5, of the objects of all images together; `object_f1_mean`: its mean over 0.5, 0.55 … 0.95;
    * `average_precision`: mean over images and over the same thresholds of TP / (TP + FP + FN);
    * `merged_pairs` `split_pairs`: numbers over all images.

    `metric_details` holds a row for each image. After post-processing `engine.state.output` must have labels `pred` (1, H, W),
    and the batch the true `instances` (1, H, W), of which negative ones are unlabelled.

    Args:
        prefix: of the names.
        min_size_px: predicted components of fewer pixels are dropped, ≥ 0.
        border_px: objects of prediction or truth that lie wholly within so many pixels of the image's border are dropped, ≥ 0;
            the Cell Tracking Challenge does not annotate all cells there.
        border_class: what a prediction holds between touching cells, as for `connected_instances`.
    """

    headline = "seg"

    def __init__(self, prefix: str = "val_", min_size_px: int = 0, border_px: int = 0, border_class: int = 0) -> None:
        super().__init__(prefix)
        self.min_size_px = min_size_px
        self.border_px = border_px
        self.border_class = border_class

    def record(self, item: Mapping[str, Any], result: Mapping[str, Any]) -> ImageObjects:
        """The objects of one image.

        Raises:
            ValueError: if prediction and truth differ in shape, or are all border.
        """
        truth = torch.as_tensor(item["instances"])[0].cpu().numpy().astype(np.int64).clip(min=0)
        pred = connected_instances(
            torch.as_tensor(result["pred"])[0].cpu().numpy(), min_size_px=self.min_size_px, border_class=self.border_class
        )
        truth, pred = (_within(instances, self.border_px) for instances in (truth, pred))
        return ImageObjects(
            matched_ious(pred=pred, truth=truth),
            [match_objects(pred=pred, truth=truth, threshold=threshold) for threshold in IOU_THRESHOLDS],
            merged_pairs(pred=pred, truth=truth),
            split_pairs(pred=pred, truth=truth),
        )

    def scores(self, records: Mapping[Key, ImageObjects]) -> dict[str, float]:
        """The numbers; where no image has an object, `seg` is 1 if none was predicted, else 0."""
        images = list(records.values())
        ious = np.concatenate([image.ious for image in images])
        pooled = [Matches(*np.sum(at_one, axis=0)) for at_one in zip(*(image.matches for image in images), strict=True)]
        return {
            "seg": _seg(ious, pooled[0]),
            "object_f1": _f1(pooled[0]),
            "object_f1_mean": float(np.mean([_f1(matches) for matches in pooled])),
            "average_precision": float(np.mean([_precision(matches) for image in images for matches in image.matches])),
            "merged_pairs": float(sum(image.merged for image in images)),
            "split_pairs": float(sum(image.split for image in images)),
        }

    def rows(self, records: Mapping[Key, ImageObjects]) -> list[dict[str, str | int | float]]:
        """A row for each image: `image objects seg object_f1 merged_pairs split_pairs`."""
        return [_row(patient_id, image) for (patient_id, _), image in records.items()]


def _within(instances: NDArray[Any], border_px: int) -> NDArray[Any]:
    """The instances (H, W) that reach into the image further than its border."""
    height, width = instances.shape
    if 2 * border_px >= min(height, width):
        raise ValueError(f"border_px must be less than half of the image ({height}×{width}), got {border_px}")
    inside = np.unique(instances[border_px : height - border_px, border_px : width - border_px])
    return np.where(np.isin(instances, inside), instances, 0)


def _row(name: str, image: ImageObjects) -> dict[str, str | int | float]:
    objects = {"objects": image.ious.size, "seg": _seg(image.ious, image.matches[0]), "object_f1": _f1(image.matches[0])}
    return {"image": name, **objects, "merged_pairs": image.merged, "split_pairs": image.split}


def _seg(ious: NDArray[np.float64], matches: Matches) -> float:
    return float(ious.mean()) if ious.size else float(not matches.false_positives)


def _f1(matches: Matches) -> float:
    found, invented, missed = matches
    return float(2 * found / (2 * found + invented + missed)) if sum(matches) else 1.0


def _precision(matches: Matches) -> float:
    return float(matches.true_positives / sum(matches)) if sum(matches) else 1.0
