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
from functools import lru_cache

import torch
from torch import Tensor

from custom.large.places import Folder
from custom.large.settings import Settings
from custom.large.sources import Source, open_source

JOBS_AT_ONCE = 2  # each worker keeps so many open


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


@lru_cache(maxsize=JOBS_AT_ONCE)
def worker_job(url: str, job_id: str) -> Job:
    """A job of a worker, opened once; an earlier one at the same place is another.

    Args:
        url: path or URL of its folder.
        job_id: its `job_id`.

    Raises:
        ValueError: if there is no job, or another one.
    """
    job = Job(url)
    if job.settings.job_id != job_id:
        raise ValueError(f"{url}: the job that was begun there is gone")
    return job
