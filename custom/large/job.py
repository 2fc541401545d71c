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
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import torch
from torch import Tensor

from custom.large.places import Folder, PlaceError, in_one_line
from custom.large.settings import Settings
from custom.large.sources import Source, open_source
from custom.storage.json_object import json_object

Found = TypeVar("Found")
JOBS_AT_ONCE = 2  # each worker keeps so many open


class Job:
    """A job in its folder.

    Args:
        url: path or URL of the folder.

    Raises:
        PlaceError: if there is no job, or its `job.json` is broken.
    """

    def __init__(self, url: str) -> None:
        self.folder = Folder(url)
        told = told_settings(self.folder)
        if told is None:
            raise PlaceError(f"there is no job in {url!r}; OUT must lie where all workers see it")
        with in_one_line(f"{url}/job.json", _mend(self.folder)):
            self.settings = Settings(**told)

    def source(self) -> Source:
        """The image."""
        return open_source(**self.settings.image)

    def tensors(self) -> dict[str, Tensor]:
        """The weights.

        Raises:
            PlaceError: if their file is gone or broken.
        """
        with in_one_line(f"{self.folder.url}/weights.pt", _mend(self.folder)):
            loaded: dict[str, Tensor] = torch.load(io.BytesIO(self.folder.read("weights.pt") or b""), weights_only=True)
        return loaded

    def done(self, stage: str) -> set[int]:
        """The numbers of the blocks that are through a stage."""
        return {int(name) for name in self.folder.names(stage) if name.isdecimal()}

    def found(self, stage: str, index: int, read: Callable[[bytes], Found]) -> Found:
        """What a stage found in a block.

        Args:
            stage: which.
            index: number of the block.
            read: makes it of the bytes.

        Raises:
            PlaceError: if its file is gone or broken.
        """
        name = f"{stage}/{index:06d}"
        with in_one_line(f"{self.folder.url}/{name}", "remove this file, and the same command finds it anew"):
            content = self.folder.read(name)
            if content is None:
                raise FileNotFoundError("no such file")
            return read(content)

    def finish(self, stage: str, index: int, content: bytes = b"") -> None:
        """Notes that a block is through a stage."""
        self.folder.write(f"{stage}/{index:06d}", content)


def told_settings(folder: Folder) -> dict[str, Any] | None:
    """The fields of `Settings` in the `job.json` of a folder; None if there is no such file.

    Raises:
        PlaceError: if it is broken.
    """
    content = folder.read("job.json")
    if content is None:
        return None
    with in_one_line(f"{folder.url}/job.json", _mend(folder)):
        return json_object(content, "the file")


def _mend(folder: Folder) -> str:
    return f"remove {folder.url!r} and OUT, and begin again"


@lru_cache(maxsize=JOBS_AT_ONCE)
def worker_job(url: str, job_id: str) -> Job:
    """A job of a worker, opened once; an earlier one at the same place is another.

    Args:
        url: path or URL of its folder.
        job_id: its `job_id`.

    Raises:
        PlaceError: if there is no job, or another one.
    """
    job = Job(url)
    if job.settings.job_id != job_id:
        raise PlaceError(f"{url}: the job that was begun there is gone; give the same command again")
    return job
