"""A bundle that stands on its own, weights for faster inference, and the record of weights."""

from custom.export.describe import describe
from custom.export.int8 import quantize
from custom.export.stage import export_bundle

__all__ = ["describe", "export_bundle", "quantize"]
