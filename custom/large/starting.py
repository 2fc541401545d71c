"""The beginning of a job: a new one, or one to go on with."""

import io
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from custom.large.job import Job, told_settings
from custom.large.places import Folder, PlaceError, beside, in_one_line
from custom.large.settings import Settings
from custom.large.told import first_lost
from custom.storage.atomic import remove_leftovers
from custom.storage.json_object import as_stored
from custom.storage.output_folder import remove_empty
from custom.system.folder_lock import hold_folder, release_folder


def start_job(settings: Settings, tensors: dict[str, Tensor]) -> Job:
    """The job with these settings, new or to go on with.

    Raises:
        PlaceError: if there is something at the place of the result that is not of this job, less than it has done, or broken.
    """
    folder = Folder(beside(settings.out, ".job"))
    before, told = told_settings(folder), as_stored(asdict(settings))
    if before is None:
        _begin(folder, settings.out, told, tensors)
        return Job(folder.url)
    _check_same(before, told)
    job = Job(folder.url)
    lost = first_lost(settings, f"remove OUT and {folder.url!r}, and begin again")
    if lost and job.done("predict"):
        raise PlaceError(
            f"OUT {settings.out!r} has lost {lost}, of which blocks were done; remove it and {folder.url!r}, and begin again"
        )
    return job


def _begin(folder: Folder, out: str, told: dict[str, Any], tensors: dict[str, Tensor]) -> None:
    """Writes the files that a new job starts from."""
    for place in (out, beside(out, ".png")):
        if Folder(place).exists():
            raise PlaceError(f"OUT {place!r} exists, and nothing is overwritten; name another OUT, or move it away")
    file = io.BytesIO()
    torch.save(tensors, file)
    folder.write("weights.pt", file.getvalue())
    folder.write("job.json", json.dumps(told, indent=1).encode())


def _check_same(before: dict[str, Any], told: dict[str, Any]) -> None:
    """Makes sure that a job goes on with the settings and the image that it began with."""
    differing = [
        f"{name} ({before.get(name)}, not {value})"
        for name, value in told.items()
        if before.get(name) != value and name not in ("written", "job_id")
    ]
    if differing:
        told_first = ", ".join(one if len(one) < 160 else one[:160] + "…" for one in differing[:3])
        raise PlaceError(f"OUT {told['out']!r} was begun with other {told_first}; name another OUT, or the same settings")
    if (then := before.get("written")) != (now := told["written"]):
        raise PlaceError(
            f"IN {told['image']['url']!r} was written anew at {now}, and OUT {told['out']!r} was begun with that of {then}; "
            "name another OUT"
        )


@contextmanager
def held(out: str) -> Iterator[None]:
    """A result that no other program works on, where it lies on a disk; what killed programs were writing there goes first.

    Another one would begin the job with other settings, or write numbers over objects that this one has grown. An object store
    has no locks, and shows whole objects.

    Args:
        out: path or URL of the result, whose job begins or goes on in the block.

    Raises:
        PlaceError: if the folder of the job cannot be made.
        ValueError: if another program that lives works on it.
    """
    folder = Folder(beside(out, ".job"))
    if not folder.is_local:
        yield
        return
    path = Path(folder.path)
    with writable(out):
        path.mkdir(parents=True, exist_ok=True)
    hold_folder(path, "OUT")
    try:
        remove_leftovers(path)
        for left in Path(Folder(out).path).rglob("*.partial"):
            left.unlink(missing_ok=True)
        yield
    finally:
        release_folder(path)
        remove_empty([path])  # nothing was begun


def writable(out: str) -> AbstractContextManager[None]:
    """Whatever goes wrong with writing a result becomes a `PlaceError` of one line."""
    return in_one_line(f"OUT {out!r} cannot be written", "name a place that can be, with space")


def digest(tensors: dict[str, Tensor]) -> str:
    """SHA-256 of tensors and their names."""
    found = sha256()
    for name, tensor in sorted(tensors.items()):
        found.update(f"{name}{tuple(tensor.shape)}{tensor.dtype}".encode())
        found.update(tensor.detach().contiguous().cpu().numpy().tobytes())
    return found.hexdigest()
