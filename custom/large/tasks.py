"""What workers do with a block, stage by stage. A task ends with the file in the job's folder that says it is done."""

import json
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from custom.large.grid import Block
from custom.large.growing import grown_block
from custom.large.job import JOBS_AT_ONCE, Job, worker_job
from custom.large.network import worker_model
from custom.large.objects import measured, packed, parts_in, unpacked_table
from custom.large.output import read_labels, write_block
from custom.large.prediction import looked_at, predicted
from custom.large.reading import MOST_ROWS, Reader, Statistics, candidates, is_grey
from custom.large.sources import Source
from custom.storage.json_object import json_object
from custom.transforms.exact_statistics import Sums, joined, mean_and_spread, sums_of
from custom.transforms.recorded_channels import recorded_channels


def run_task(url: str, job_id: str, stage: str, index: int) -> int:
    """Does a stage of a block of the job at a URL, and gives the block's number."""
    job = worker_job(url, job_id)
    job.finish(stage, index, TASKS[stage](job, job.settings.grid[index]))
    return index


def statistics_of(job: Job) -> list[Statistics]:
    """The statistics of each time point, from what the first stage found."""
    found: list[list[list[Sums]]] = [[] for _ in range(job.settings.shape[0])]
    grey = [True] * job.settings.shape[0]
    for index in range(len(job.settings.grid)):
        sums, block_is_grey = job.found("statistics", index, _sums_and_grey)
        t = job.settings.grid.places(index)[0]
        found[t].append(sums)
        grey[t] &= block_is_grey
    channels = [[mean_and_spread(joined(parts)) for parts in zip(*blocks, strict=True)] for blocks in found]
    return [Statistics(told, all_grey) for told, all_grey in zip(channels, grey, strict=True)]


def _sums_and_grey(content: bytes) -> tuple[list[Sums], bool]:
    told = json_object(content, "the file")
    return [Sums(*map(int, sums)) for sums in told["channels"]], bool(told["grey"])


def _statistics(job: Job, block: Block) -> bytes:
    source, channels = worker_source(job), recorded_channels({"channels": job.settings.channels})
    sums: list[list[Sums]] = []
    grey = True
    for z in range(block.z.start, block.z.stop):
        values = source.read(block.t, z, block.y, block.x)  # all at once, so that each chunk is read once
        for start in range(0, values.shape[1], MOST_ROWS):
            part = values[:, start : start + MOST_ROWS]
            grey = grey and is_grey(part)
            sums.append([sums_of(channel) for channel in candidates(part, channels)])
    return json.dumps({"channels": [joined(parts) for parts in zip(*sums, strict=True)], "grey": grey}).encode()


def _predict(job: Job, block: Block) -> bytes:
    # A network is shown columns before rows, as training and `predict` show them, and MONAI's readers of pictures.
    settings, turned = job.settings, block._replace(y=block.x, x=block.y)
    model, shown = worker_model(job), settings.columns_first()
    reader = Reader(
        worker_source(job).columns_first(), block.t, recorded_channels({"channels": settings.channels}),
        worker_statistics(job)[block.t], settings.downsampling, looked_at(model, turned, shown),
    )  # fmt: skip
    found = predicted(model, reader, turned, shown)
    write_block(settings, "labels/segmentation", block, np.ascontiguousarray(found.labels.swapaxes(-1, -2)))
    if found.probabilities is not None:
        write_block(settings, "probabilities", block, found.probabilities.swapaxes(-1, -2))
    image = [reader.stored(z, turned.y, turned.x) for z in range(block.z.start, block.z.stop)]
    write_block(settings, "", block, np.stack(image, axis=1).swapaxes(-1, -2))
    if not settings.instances:
        return b""
    return packed(measured(parts_in(found.labels, settings.border_class), turned, shown.grid.shape))


def _number(job: Job, block: Block) -> bytes:
    settings = job.settings
    labels = read_labels(settings, "segmentation", block.t, block.z, block.y, block.x).swapaxes(-1, -2)
    instances = job.found("tables", block.number, unpacked_table)[parts_in(labels, settings.border_class)]
    write_block(settings, "labels/instances", block, instances.swapaxes(-1, -2))
    return b""


def _grow(job: Job, block: Block) -> bytes:
    grown = grown_block(job.settings, block)
    job.finish("growing", block.number)
    write_block(job.settings, "labels/instances", block, grown)
    return b""


TASKS: dict[str, Callable[[Job, Block], bytes]] = {
    "statistics": _statistics,
    "predict": _predict,
    "number": _number,
    "grow": _grow,
}


@lru_cache(maxsize=JOBS_AT_ONCE)
def worker_source(job: Job) -> Source:
    """The image of a job, opened once by each worker."""
    return job.source()


@lru_cache(maxsize=JOBS_AT_ONCE)
def worker_statistics(job: Job) -> list[Statistics]:
    """The statistics of a job, read once by each worker."""
    return statistics_of(job)
