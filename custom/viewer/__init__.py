"""Predictions in napari: `predictions` finds what a folder holds, `layers` says what is shown of an image, `window` opens it.

`napari` itself is imported by `window` alone; the rest needs neither it nor torch.
"""

from custom.viewer.layers import Layer, layers_of
from custom.viewer.predictions import Predicted, predictions_in, truth_of

__all__ = ["Layer", "Predicted", "layers_of", "predictions_in", "truth_of"]
