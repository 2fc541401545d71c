"""`segment` as `configs/large.json` runs it: with the settings of `inference.json`."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import wraps
from typing import Any

from custom.configs.in_use import names_behind, overrides_in_use, parser_in_use
from custom.large.segment import segment
from custom.settings.table import SETTINGS
from custom.storage.checkpoints import checkpoint_files

# What a job has beside the arguments of `segment`: where weights lie, and that it goes on by itself.
OF_ANY_JOB = ("bundle_root", "shipped_weights", "resume")
# What arguments of `segment` are called that have another name among the settings.
ARGUMENTS = {"dataset_dir": "image", "output_dir": "out", "probability_maps": "probabilities"}
# Options of the command line, which a config has as settings of another name.
OPTION = re.compile(r"--(level|axes|channel|block|scheduler|workers|memory_limit_mb)\b")


@wraps(segment)
def segment_configured(image: str, out: str, *, block: Sequence[int] | None = None, **options: Any) -> None:
    """Writes the labels of an image of any size, or goes on where an earlier run ended, and tells what became of it.

    Args:
        image: OME-Zarr, Zarr or TIFF, by its path or URL.
        out: the OME-Zarr to write, by its path or URL, which ends in `.zarr`.
        block: rows and columns of a block.
        options: the other arguments of `segment`.

    Raises:
        ValueError: if an argument is wrong, what is at `out` was begun with other settings, or a setting that was given by hand
            does not apply.
        SystemExit: with code 1, if blocks failed.
    """
    _check_overrides(overrides_in_use(), names_behind("large.json"))
    for name, value in (("dataset_dir", image), ("output_dir", out)):
        if not value:
            raise ValueError(f"{name} must name {'an image' if value is image else 'the OME-Zarr to write'}, got ''")
    weights = checkpoint_files(options["checkpoint"])
    if len(weights) > 1:
        raise ValueError(f"checkpoint must name one file of weights for images larger than memory, got {len(weights)}")
    try:
        result = segment(image, out, block=tuple(block) if block else None, **{**options, "checkpoint": weights[0]})  # type: ignore[arg-type]
    except ValueError as error:
        raise type(error)(OPTION.sub(r"--segmentation#\1", str(error))) from error
    code = result.tell()
    if code:
        raise SystemExit(code)


def _check_overrides(overrides: Mapping[str, Any], behind: Collection[str]) -> None:
    parser = parser_in_use()
    component = str(parser.get().get("segmentation")) if parser else ""
    for name in (*overrides, *behind):
        known, argument = SETTINGS.get(name), f"segmentation#{ARGUMENTS.get(name, name)}"
        if not known or known.fixed or "#" in name or name in OF_ANY_JOB or f"'@{name}'" in component:
            continue
        if argument in (*overrides, *behind):
            raise ValueError(f"{name} and {argument} are both given; leave one out")
        raise ValueError(f"{name} does not apply to images larger than memory; leave it out, or leave out large.json")
