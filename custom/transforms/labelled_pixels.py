"""Pixels that take no part in loss and scores: marked by a value of the label, or by a mask of the field of view."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform

from custom.data.label_values import UNLABELLED


class LabelledPixelsd(MapTransform):
    """Runs `labelling` on labels (1, H, W) or (1, H, W, D) without pixels to ignore, which then become -1 in what it makes.

    To `labelling` these pixels are background, so that neither a threshold nor a check nor components see their value. The
    losses and metrics of this package leave out what is negative. An item may hold a mask of the label's shape under `field`,
    0 where pixels are to be ignored, too; the result is without it.

    Args:
        keys: keys of the labels, and of what else `labelling` makes of them, such as `instances`; absent ones are skipped.
        labelling: what turns an item's labels into those that are trained on.
        ignore_label: value of the label's pixels to ignore, as it stands in the file; None for no such value.

    Raises:
        ValueError: (in a call) if that mask has another shape than the label.
    """

    def __init__(
        self,
        keys: KeysCollection,
        labelling: Callable[[Mapping[Hashable, Any]], Mapping[Hashable, Any]],
        ignore_label: int | None = None,
    ) -> None:
        super().__init__(keys, allow_missing_keys=True)
        self.labelling = labelling
        self.ignore_label = ignore_label

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The data with labels, in which ignored pixels are -1, and without the field."""
        result = dict(data)
        ignored = self._ignored(result.get(self.first_key(result)), result.pop("field", None))
        if ignored is None:
            return dict(self.labelling(result))
        for key in self.key_iterator(result):
            result[key] = torch.where(ignored, 0, result[key])
        result = dict(self.labelling(result))
        for key in self.key_iterator(result):
            label = result[key] if result[key].dtype.is_signed else result[key].int()
            result[key] = torch.where(ignored, UNLABELLED, label)
        return result

    def _ignored(self, label: Any, field: Any) -> torch.Tensor | None:
        if field is not None and field.shape != label.shape:
            name = getattr(field, "meta", {}).get("filename_or_obj", "field")
            raise ValueError(f"{name} must be as large as its label, {tuple(label.shape[1:])}, got {tuple(field.shape[1:])}")
        parts = [] if field is None else [torch.as_tensor(field) == 0]
        parts += [] if self.ignore_label is None else [torch.as_tensor(label) == self.ignore_label]
        return torch.stack(parts).any(dim=0) if parts else None
