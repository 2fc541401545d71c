"""The beginning of a job: a new one, or one to go on with."""

import io
import json
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import torch
from torch import Tensor

from custom.atomic import remove_leftovers
from custom.large.job import Job
from custom.large.places import Folder, beside
from custom.large.settings import Settings


def start_job(settings: Settings, tensors: dict[str, Tensor]) -> Job:
    """The job with these settings, new or to go on with.

    Raises:
        ValueError: if there is something at the place of the result that is not of this job.
    """
    url = beside(settings.out, ".job")
    folder = Folder(url)
    content = folder.read("job.json")
    told = json.loads(json.dumps(asdict(settings)))
    if content is None:
        if Folder(settings.out).exists():
            raise ValueError(f"OUT {settings.out!r} exists, and nothing is overwritten; name another")
        file = io.BytesIO()
        torch.save(tensors, file)
        folder.write("weights.pt", file.getvalue())
        folder.write("job.json", json.dumps(told, indent=1).encode())
        return Job(url)
    before = json.loads(content)
    differing = [f"{name} ({before.get(name)}, not {value})" for name, value in told.items() if before.get(name) != value]
    if differing:
        told_first = ", ".join(one if len(one) < 160 else one[:160] + "…" for one in differing[:3])
        raise ValueError(f"OUT {settings.out!r} was begun with other {told_first}; name another OUT, or the same settings")
    return Job(url)


def sweep(job: Job) -> None:
    """Removes what killed programs were writing, where the result is on a disk; an object store shows whole objects alone.

    Args:
        job: that begins, or goes on.
    """
    if job.folder.is_local:
        remove_leftovers(Path(job.folder.path))
        for left in Path(Folder(job.settings.out).path).rglob("*.partial"):
            left.unlink(missing_ok=True)


def digest(tensors: dict[str, Tensor]) -> str:
    """SHA-256 of tensors and their names."""
    found = sha256()
    for name, tensor in sorted(tensors.items()):
        found.update(f"{name}{tuple(tensor.shape)}{tensor.dtype}".encode())
        found.update(tensor.detach().contiguous().cpu().numpy().tobytes())
    return found.hexdigest()
