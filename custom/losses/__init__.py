"""Losses that MONAI has not."""

from custom.losses.labelled_dice_ce import LabelledDiceCELoss
from custom.losses.weighted_cross_entropy import WeightedCrossEntropy

__all__ = ["LabelledDiceCELoss", "WeightedCrossEntropy"]
