"""A bundle that stands on its own: a folder and a zip that run where `custom` is not installed."""

from custom.export.stage import export_bundle

__all__ = ["export_bundle"]
