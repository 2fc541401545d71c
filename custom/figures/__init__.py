"""Pictures, as pure functions that return matplotlib figures or arrays.

`runs` shows what a training did. `architecture`, `overlap_tile`, `border_weights` and `elastic` draw figures 1 to 3 of the
paper and its augmentation from the parts at work; they are imported by their own names, since they need torch and MONAI.
"""

from custom.figures.overlay import COLOURS, CONTOURS, NUMBERS, grey_picture, outlined, overlay, shown_channel
from custom.figures.runs import Example, best_epoch, draw_curves, draw_predictions

__all__ = [
    "COLOURS",
    "CONTOURS",
    "NUMBERS",
    "Example",
    "best_epoch",
    "draw_curves",
    "draw_predictions",
    "grey_picture",
    "outlined",
    "overlay",
    "shown_channel",
]
