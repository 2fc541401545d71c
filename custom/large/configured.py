"""`segment` as `configs/large.json` runs it: with the settings of `inference.json`."""

from collections.abc import Mapping, Sequence
from functools import wraps
from typing import Any

from custom.config_in_use import overrides_in_use, parser_in_use
from custom.large.segment import segment
from custom.settings.table import SETTINGS

# What a job has beside the arguments of `segment`: where weights lie, and that it goes on by itself.
OF_ANY_JOB = ("bundle_root", "shipped_weights", "resume")


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
    _check_overrides(overrides_in_use())
    for name, value in (("dataset_dir", image), ("output_dir", out)):
        if not value:
            raise ValueError(f"{name} must name {'an image' if value is image else 'the OME-Zarr to write'}, got ''")
    code = segment(image, out, block=tuple(block) if block else None, **options).tell()  # type: ignore[arg-type]
    if code:
        raise SystemExit(code)


def _check_overrides(overrides: Mapping[str, Any]) -> None:
    parser = parser_in_use()
    component = str(parser.get().get("segmentation")) if parser else ""
    for name in overrides:
        known = SETTINGS.get(name)
        if known and not known.fixed and "#" not in name and name not in OF_ANY_JOB and f"'@{name}'" not in component:
            raise ValueError(f"{name} does not apply to images larger than memory; leave it out, or leave out large.json")
