"""What a job is, and what of it is done: the folder `NAME.job` beside `NAME.zarr`.

::

    job.json               settings and the image, which a rerun must share
    weights.pt             the tensors of the network, so that workers need nothing else
    statistics/000007      one file for each block that is done, of each stage, with what the stage found
    predict/000007
    …

A file is written when all that it stands for is safe. What was half-written when a program died has no file, and is done again.
"""

import io
import json
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from custom.atomic import remove_leftovers
from custom.large.grid import Grid
from custom.large.places import Folder, beside
from custom.large.sources import Source, open_source


@dataclass(frozen=True)
class Settings:
    """All that decides a result; plain values, as JSON holds them.

    Attributes:
        image: what `open_source` takes.
        shape: (T, C, Z, Y, X) of the image.
        axes: letters of the image's axes.
        dtype: type of its values.
        out: the Zarr group to write.
        network: arguments of the `UNet`.
        weights: SHA-256 of the tensors.
        channels: what `recorded_channels` takes.
        threshold: probability from which on a pixel is marked, for one class.
        downsampling: factor by which the network sees the image smaller.
        border_class: class that parts touching objects; 0 for none.
        min_size_px: objects of fewer pixels become background.
        instances: whether objects are numbered.
        probabilities: whether probabilities are written.
        block: (Z, Y, X) of a block.
        levels: number of levels of the pyramids.
        version: OME-Zarr's version, 0.5 or 0.4.
        classes: names of the labels.
        bundle: version of the bundle.
    """

    image: dict[str, Any]
    shape: list[int]
    axes: str
    dtype: str
    out: str
    network: dict[str, Any]
    weights: str
    channels: dict[str, Any]
    threshold: float
    downsampling: int
    border_class: int
    min_size_px: int
    instances: bool
    probabilities: bool
    block: list[int]
    levels: int
    version: str
    classes: list[str] = field(default_factory=list)
    bundle: str = ""

    @property
    def grid(self) -> Grid:
        """The blocks."""
        t, _, z, y, x = self.shape
        rows = self.block
        return Grid((t, z, y, x), (rows[0], rows[1], rows[2]))


class Job:
    """A job in its folder.

    Args:
        url: path or URL of the folder.

    Raises:
        ValueError: if there is no job.
    """

    def __init__(self, url: str) -> None:
        self.folder = Folder(url)
        content = self.folder.read("job.json")
        if content is None:
            raise ValueError(f"there is no job in {url!r}")
        self.settings = Settings(**json.loads(content))

    def source(self) -> Source:
        """The image."""
        return open_source(**self.settings.image)

    def tensors(self) -> dict[str, Tensor]:
        """The weights."""
        content = self.folder.read("weights.pt")
        loaded: dict[str, Tensor] = torch.load(io.BytesIO(content or b""), weights_only=True)
        return loaded

    def done(self, stage: str) -> set[int]:
        """The numbers of the blocks that are through a stage."""
        return {int(name) for name in self.folder.names(stage) if name.isdecimal()}

    def found(self, stage: str, index: int) -> bytes:
        """What a stage found in a block."""
        content = self.folder.read(f"{stage}/{index:06d}")
        if content is None:
            raise FileNotFoundError(f"{self.folder.url}/{stage}/{index:06d}")
        return content

    def finish(self, stage: str, index: int, content: bytes = b"") -> None:
        """Notes that a block is through a stage."""
        self.folder.write(f"{stage}/{index:06d}", content)


@lru_cache(maxsize=1)
def worker_job(url: str) -> Job:
    """The job of a worker, opened once."""
    return Job(url)


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
