"""Runs that were made: found by name, listed, summed up and compared by their files.

`calibrate` runs their weights, and `spread` an evaluation or a prediction on several workers.
"""

from custom.runs.folders import named_weights, run_folder, weights_of

__all__ = ["named_weights", "run_folder", "weights_of"]
