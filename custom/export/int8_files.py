"""The files of a model in 8 bits, which take their names together, and what of them a killed program left."""

import os
from collections.abc import Iterator
from pathlib import Path

from custom.networks.record_file import sha256
from custom.storage.json_object import json_object
from custom.storage.moved_together import move_together

# The record first, which tells whose the others are; the .xml last: without it nobody takes them for a model.
SUFFIXES = (".json", ".bin", ".xml")


def refuse_existing(out: Path) -> None:
    """Makes sure that nothing would be overwritten.

    Args:
        out: the `.xml` to write.

    Raises:
        ValueError: if one of its files is there, which is more than what a killed program left.
    """
    left = set(_left(out))
    for path in map(out.with_suffix, SUFFIXES):
        if os.path.lexists(path) and path not in left:
            raise ValueError(f"out: {str(path)!r} exists, and nothing is overwritten; choose another")


def move_model(folder: Path, out: Path) -> None:
    """Moves the files of a model out of a folder, in the place of what a killed program left.

    Args:
        folder: holds the files under the same names, on the same disk.
        out: where the `.xml` goes.

    Raises:
        ValueError: if one of its files is there, which is more than what a killed program left.
    """
    refuse_existing(out)
    for path in reversed(list(_left(out))):
        path.unlink()
    move_together(folder, [out.with_suffix(suffix) for suffix in SUFFIXES])


def _left(out: Path) -> Iterator[Path]:
    """The record of this model, and the `.bin` that it tells of, where no `.xml` is."""
    record, values = out.with_suffix(".json"), out.with_suffix(".bin")
    if os.path.lexists(out) or not record.is_file():
        return
    try:
        weights = json_object(record.read_bytes(), "record").get("weights")
    except ValueError:
        return
    if isinstance(weights, dict) and weights.keys() == {out.name, values.name}:
        yield record
        if values.is_file() and sha256(values) == weights[values.name]:
            yield values
