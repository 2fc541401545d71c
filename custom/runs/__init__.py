"""Runs that were made: found by name, listed and compared, by their files alone."""

from custom.runs.folders import run_folder, weights_of

__all__ = ["run_folder", "weights_of"]
