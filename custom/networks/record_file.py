"""The file of a record, beside the weights that it tells of and with their digests."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from custom.networks.record import MEND, SCHEMA
from custom.storage.json_object import read_json_object, write_json_object


def read_record_file(checkpoint: str | Path) -> dict[str, Any] | None:
    """The record beside a file of weights, under its name with the suffix `.json`; None if there is none.

    Raises:
        ValueError: if it is broken, of another program or version, or tells of other weights.
    """
    if not Path(checkpoint).is_file() or not (path := Path(checkpoint).with_suffix(".json")).is_file():
        return None
    record = _read(path)
    if sha256(checkpoint) not in record["weights"].values():
        raise ValueError(
            f"checkpoint: {path} tells of other weights than {checkpoint}; take both from one training, or remove it"
        )
    return record


def remove_foreign_record(checkpoint: str | Path) -> None:
    """Takes away the record beside weights if it tells of others, as after weights were replaced.

    Raises:
        ValueError: if the file is no record.
    """
    path = Path(checkpoint).with_suffix(".json")
    if path.is_file() and sha256(checkpoint) not in _read(path)["weights"].values():
        path.unlink()


def _read(path: Path) -> dict[str, Any]:
    record = read_json_object(path, "checkpoint", MEND)
    if not (isinstance(record.get("schema"), int) and isinstance(record.get("weights"), dict)):
        raise ValueError(f"checkpoint: {path} is no record of weights; {MEND}")
    if record["schema"] != SCHEMA:
        raise ValueError(
            f"checkpoint: {path} is of schema {record['schema']!r}, this version reads {SCHEMA}; update unet-bundle"
        )
    return record


def write_record(record: Mapping[str, Any], path: str | Path, weights: Mapping[str, Path]) -> None:
    """Writes a record with the digests of weights, whole or not at all.

    Args:
        record: what `new_record` gives.
        path: the file to write.
        weights: where the files lie now, by the names that they are known under.
    """
    digests = {name: sha256(file) for name, file in weights.items()}
    write_json_object(path, {**record, "weights": digests})


def sha256(path: str | Path) -> str:
    """Digest of a file, in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
