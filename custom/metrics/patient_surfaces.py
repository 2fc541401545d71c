"""HD95 and surface Dice by patient while an engine runs, over all processes."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import torch
from monai.data import MetaTensor
from numpy.typing import NDArray
from torch import Tensor

from custom.metrics.per_item import Key, PerItem
from custom.metrics.surfaces import Distances, hd95, surface_dice, surface_distances


class Slice(NamedTuple):
    """Masks of one slice of a patient, a bit a pixel: prediction and truth of each class, (2, F, H, W)."""

    shape: tuple[int, ...]
    bits: NDArray[np.uint8]

    def masks(self) -> NDArray[np.bool_]:
        """The masks, as booleans."""
        return np.unpackbits(self.bits, count=int(np.prod(self.shape))).reshape(self.shape).astype(bool)


class Measured(NamedTuple):
    """What is kept of an image that is no slice of a larger one: the distances of each class, and their unit."""

    distances: list[Distances]
    unit: str


class PatientSurfaces(PerItem):
    """`hd95` and `surface_dice` of the patients' volumes; with several classes the mean over the foreground classes.

    Slices with a `slice_index` are put together, each at its number; from one to the next is one step, as from pixel to pixel,
    since the files do not tell. Distances are in pixels then. An image without `slice_index` is measured by itself: a volume in
    mm, by its affine, a picture in pixels. Several images of one patient are pooled.

    The scores are means over the patients: `mean_hd95_mm` or `mean_hd95_px`, with the medians, and `mean_surface_dice`.

    Args:
        prefix: what the names begin with.
        num_classes: 1 for masks, K for labels 0 … K-1.
        border_class: the class of borders between cells, which counts as cells, or 0 for none.
        tolerance: distance in mm or px up to which surfaces agree in the surface Dice, ≥ 0.

    Raises:
        ValueError: if `tolerance` is below 0.
    """

    headline = "mean_surface_dice"

    def __init__(self, prefix: str = "val_", num_classes: int = 1, border_class: int = 0, tolerance: float = 2.0) -> None:
        if tolerance < 0:
            raise ValueError(f"tolerance must be at least 0, got {tolerance}")
        self.foreground = range(1, border_class or max(num_classes, 2))
        self.border_class = border_class
        self.tolerance = tolerance
        super().__init__(prefix)

    def record(self, item: Mapping[str, Any], result: Mapping[str, Any]) -> Slice | Measured:
        """Masks or distances of an item, without pixels whose label is negative."""
        masks = self._masks(result["pred"], result["label"][:1])
        if "slice_index" in item and masks.ndim == 4:
            return Slice(masks.shape, np.packbits(masks))
        spacing = _spacing_mm(item.get("image"), masks.ndim - 2)
        return Measured(_distances(masks, spacing), "mm" if spacing else "px")

    def scores(self, records: Mapping[Key, Slice | Measured]) -> dict[str, float]:
        """Means and medians over the patients."""
        rows, scores = self.rows(records), dict[str, float]()
        for name in ("hd95_mm", "hd95_px", "surface_dice"):
            values = [float(row[name]) for row in rows if name in row]
            scores |= {f"mean_{name}": float(np.mean(values)), f"median_{name}": float(np.median(values))} if values else {}
        return scores

    def rows(self, records: Mapping[Key, Slice | Measured]) -> list[dict[str, str | int | float]]:
        """A row for each patient: `patient_id`, `hd95_mm` or `hd95_px`, `surface_dice`."""
        rows: list[dict[str, str | int | float]] = []
        for patient_id, keys in groupby(records, key=lambda key: key[0]):
            images = _images([(number, records[patient, number]) for patient, number in keys])
            classes = list(zip(*(image.distances for image in images), strict=True))
            distance = float(np.mean([hd95(one) for one in classes]))
            agreement = float(np.mean([surface_dice(one, self.tolerance) for one in classes]))
            rows.append({"patient_id": patient_id, f"hd95_{images[0].unit}": distance, "surface_dice": agreement})
        return rows

    def _masks(self, pred: Tensor, truth: Tensor) -> NDArray[np.bool_]:
        """(2, F, H, W) or (2, F, H, W, D)."""
        pair = torch.stack([pred * (truth >= 0), truth.clip(min=0)]).as_subclass(Tensor)
        if self.border_class:
            pair = pair.where(pair != self.border_class, 1)
        return torch.cat([pair == label for label in self.foreground], dim=1).cpu().numpy()


def _images(records: Sequence[tuple[str, Slice | Measured]]) -> list[Measured]:
    """The images of a patient: volumes and pictures, or the volume that its slices make."""
    measured = [record for _, record in records if isinstance(record, Measured)]
    slices = {int(number): record for number, record in records if isinstance(record, Slice)}
    return [*measured, Measured(_distances(_volume(slices), None), "px")] if slices else measured


def _volume(slices: Mapping[int, Slice]) -> NDArray[np.bool_]:
    """Masks (2, F, H, W, D) of slices (2, F, H, W), of which smaller ones lie in the upper left corner; a lone one as it is."""
    if len(slices) == 1:
        return next(iter(slices.values())).masks()
    first, last = min(slices), max(slices)
    shape = np.max([one.shape for one in slices.values()], axis=0)
    volume = np.zeros((*shape, last - first + 1), bool)
    for number, one in slices.items():
        volume[..., : one.shape[2], : one.shape[3], number - first] = one.masks()
    return volume


def _distances(masks: NDArray[np.bool_], spacing: Sequence[float] | None) -> list[Distances]:
    return [surface_distances(pred=pred, truth=truth, spacing=spacing) for pred, truth in zip(*masks, strict=True)]


def _spacing_mm(image: Any, axes: int) -> list[float] | None:
    """Of a volume, from its affine; None of a picture, which has no place in space."""
    if not isinstance(image, MetaTensor) or "original_affine" not in image.meta:
        return None
    return [float(step) for step in torch.linalg.norm(image.affine[:3, :axes].double(), dim=0)]
