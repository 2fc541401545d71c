"""Runs that were made: found by name, listed, summed up and compared by their files; `calibrate` alone runs their weights."""

from custom.runs.folders import run_folder, weights_of

__all__ = ["run_folder", "weights_of"]
