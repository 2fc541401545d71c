"""Scores of objects while an engine runs, over all processes."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from custom.metrics.contingency import contingency
from custom.metrics.objects import IOU_THRESHOLDS, Matches, found_iou_sum, matches_of, merged_pairs, split_pairs
from custom.metrics.per_item import Key, PerItem
from custom.metrics.seg import matched_ious, mean_matched, object_ious
from custom.transforms.instances import connected_instances


class ImageObjects(NamedTuple):
    """Of one image: what SEG needs, then matches at each of `IOU_THRESHOLDS`, IoU of those at 0.5, pairs merged and split."""

    ious: NDArray[np.float64]
    predicted: bool
    matches: list[Matches]
    iou_sum: float
    merged: int
    split: int


class InstanceScores(PerItem):
    """SEG and object scores of the connected components of the predicted cells, over all images of an evaluation.

    * `seg`: mean over all objects of the truth of `matched_ious`, by the definition of the Cell Tracking Challenge;
    * `object_f1`: at IoU 0.5, of the objects of all images together; `object_f1_mean`: its mean over 0.5, 0.55 … 0.95;
    * `average_precision`: mean over images and over the same thresholds of TP / (TP + FP + FN);
    * `average_precision_50`: mean over images of the same at IoU 0.5; `panoptic_quality`: of all images together;
    * `merged_pairs` `split_pairs`: numbers over all images.

    `metric_details` holds a row for each image. After post-processing `engine.state.output` must have labels `pred` (1, H, W),
    and the batch the true `instances` (1, H, W), of which negative ones are unlabelled: what is predicted there does not count.

    Args:
        prefix: what the names of the numbers begin with.
        min_size_px: predicted components of fewer pixels are dropped, ≥ 0.
        border_px: objects of prediction or truth that lie wholly within so many pixels of the image's border are dropped, ≥ 0;
            the Cell Tracking Challenge does not annotate all cells there. SEG takes no border: it asks for the true objects
            alone, and unlabelled pixels of the border are background to it, as in the challenge.
        border_class: class of a prediction that parts touching cells; 0 for none.
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
        truth = torch.as_tensor(item["instances"])[0].cpu().numpy().astype(np.int64)
        pred = connected_instances(
            torch.as_tensor(result["pred"])[0].cpu().numpy(), min_size_px=self.min_size_px, border_class=self.border_class
        )
        pred, truth = np.where((truth < 0) & ~_border(truth.shape, self.border_px), 0, pred), truth.clip(min=0)
        ious, predicted = matched_ious(pred=pred, truth=truth), bool(pred.any())
        truth, pred = (_reaching_in(instances, self.border_px) for instances in (truth, pred))
        pairs = object_ious(contingency(pred=pred, truth=truth))
        return ImageObjects(
            ious,
            predicted,
            [matches_of(pairs, threshold) for threshold in IOU_THRESHOLDS],
            found_iou_sum(pairs),
            merged_pairs(pred=pred, truth=truth),
            split_pairs(pred=pred, truth=truth),
        )

    def scores(self, records: Mapping[Key, ImageObjects]) -> dict[str, float]:
        """The numbers; where no image has an object, `seg` is 1 if none was predicted, else 0."""
        images = list(records.values())
        ious = np.concatenate([image.ious for image in images])
        pooled = [Matches(*np.sum(at_one, axis=0)) for at_one in zip(*(image.matches for image in images), strict=True)]
        return {
            "seg": mean_matched(ious, predicted=any(image.predicted for image in images)),
            "object_f1": pooled[0].f1,
            "object_f1_mean": float(np.mean([matches.f1 for matches in pooled])),
            "average_precision": float(np.mean([matches.precision for image in images for matches in image.matches])),
            "average_precision_50": float(np.mean([image.matches[0].precision for image in images])),
            "panoptic_quality": pooled[0].quality(sum(image.iou_sum for image in images)),
            "merged_pairs": float(sum(image.merged for image in images)),
            "split_pairs": float(sum(image.split for image in images)),
        }

    def rows(self, records: Mapping[Key, ImageObjects]) -> list[dict[str, str | int | float]]:
        """A row for each image: `image objects seg object_f1 merged_pairs split_pairs`."""
        return [_row(patient_id, image) for (patient_id, _), image in records.items()]


def _border(shape: tuple[int, ...], border_px: int) -> NDArray[np.bool_]:
    """The pixels of an image (H, W) that are within `border_px` of its border."""
    height, width = shape
    if 2 * border_px >= min(height, width):
        raise ValueError(f"border_px must be less than half of the image ({height}×{width}), got {border_px}")
    border = np.ones(shape, dtype=bool)
    border[border_px : height - border_px, border_px : width - border_px] = False
    return border


def _reaching_in(instances: NDArray[Any], border_px: int) -> NDArray[Any]:
    """The instances (H, W) that reach into the image further than its border."""
    inside = np.unique(instances[~_border(instances.shape, border_px)])
    return np.where(np.isin(instances, inside), instances, 0)


def _row(name: str, image: ImageObjects) -> dict[str, str | int | float]:
    seg = mean_matched(image.ious, predicted=image.predicted)
    objects = {"objects": image.ious.size, "seg": seg, "object_f1": image.matches[0].f1}
    return {"image": name, **objects, "merged_pairs": image.merged, "split_pairs": image.split}
