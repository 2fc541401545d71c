"""A bundle that stands on its own, and weights for faster inference."""

from custom.export.int8 import quantize
from custom.export.stage import export_bundle

__all__ = ["export_bundle", "quantize"]
