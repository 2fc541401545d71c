"""Losses that MONAI has not."""

from custom.losses.weighted_cross_entropy import WeightedCrossEntropy

__all__ = ["WeightedCrossEntropy"]
