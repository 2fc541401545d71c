"""Counts of pixels that the scores of `custom.metrics.overlap` are made from."""

import torch
from torch import Tensor


def count_overlap(*, pred: Tensor, truth: Tensor, num_classes: int = 1, border_class: int = 0) -> Tensor:
    """True positives, false positives, false negatives as (D, F, 3): of each slice and foreground class.

    Args:
        pred: predicted labels (1, H, W) or (1, H, W, D), whole numbers of any type; F is 1 for a mask, else num_classes - 1.
        truth: true labels of the same shape.
        num_classes: 1 for masks of 0 and 1, K for labels 0 … K-1.
        border_class: the last of three classes or more, if it is of borders between touching cells, else 0; it counts as class
            1, the cells, and F is one less.

    Raises:
        ValueError: if the shapes differ, a label is not one of these, or `border_class` is another class.
    """
    if pred.shape != truth.shape or pred.ndim not in (3, 4) or len(pred) != 1:
        raise ValueError(
            f"pred and truth must be (1, H, W) or (1, H, W, D) and alike, got {(*pred.shape,)} and {(*truth.shape,)}"
        )
    if border_class:
        if border_class < 2 or border_class != num_classes - 1:
            raise ValueError(
                f"border_class must be the last of three or more classes, or 0, got {border_class} of {num_classes}"
            )
        pred, truth, num_classes = pred.where(pred != border_class, 1), truth.where(truth != border_class, 1), border_class
    predicted, true = _one_hot("pred", pred, num_classes), _one_hot("truth", truth, num_classes)
    hits, positives, truths = (mask.sum(dim=1) for mask in (predicted & true, predicted, true))
    return torch.stack([hits, positives - hits, truths - hits], dim=-1).transpose(0, 1)


def _one_hot(name: str, labels: Tensor, num_classes: int) -> Tensor:
    """Masks (F, H·W, D) of the foreground classes."""
    highest = max(num_classes - 1, 1)
    classes = torch.arange(highest + 1, device=labels.device).view(-1, 1, 1)
    masks = labels.reshape(labels.shape[1] * labels.shape[2], -1) == classes
    if int(masks.sum()) != labels.numel():
        found = f"{float(labels.min()):g}..{float(labels.max()):g}"
        raise ValueError(f"{name} must hold whole numbers in 0..{highest}, got {found}; threshold it, or set num_classes")
    return masks[1:]
