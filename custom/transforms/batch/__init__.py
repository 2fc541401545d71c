"""Augmentation of a whole batch on its device: one sampling field a patch, then grey values in place."""

from custom.transforms.batch.augmentation import BatchAugmentation
from custom.transforms.batch.draws import DRAW, stream

__all__ = ["DRAW", "BatchAugmentation", "stream"]
