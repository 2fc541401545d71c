"""Augmentation of a whole batch on its device: one sampling field a patch, then grey values in place."""

from custom.transforms.batch.augmentation import BatchAugmentation

__all__ = ["BatchAugmentation"]
