"""Workflows of the bundle's own configs."""

from pathlib import Path
from typing import Any

from monai.bundle import ConfigWorkflow

CONFIGS = Path(__file__).parents[1] / "bundle" / "configs"


def workflow(kind: str, *names: str | Path, **settings: Any) -> ConfigWorkflow:
    """An initialized workflow, on the CPU and without a log.

    Args:
        kind: "train" or "infer".
        names: of the configs below `CONFIGS`, or whole paths.
        settings: values of the configs to replace.
    """
    files = [str(CONFIGS / name) for name in names]
    made = ConfigWorkflow(files, workflow_type=kind, logging_file=False, **{"device": "cpu", **settings})
    made.initialize()
    return made
