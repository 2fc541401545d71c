"""Prediction of an image larger than memory: all of it, or what an earlier run that was killed left to do."""

import io
import os
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from custom.bundle_root import bundle_version
from custom.inferers.context import network_context
from custom.inferers.memory import first_width
from custom.large.job import Job, Settings, digest, start_job, sweep
from custom.large.merging import joined_parts, tables
from custom.large.objects import unpacked
from custom.large.output import create_output
from custom.large.overview import overview
from custom.large.places import Folder, beside, in_one_line, same_place
from custom.large.plan import levels, planned
from custom.large.running import Failed, Run, runner
from custom.large.sources import Source, open_source
from custom.networks import read_record, restored_unet
from custom.networks.record import architecture_arguments, class_names
from custom.transforms.recorded_channels import recorded_channels

BYTES_BESIDE = 700 * 2**20  # torch and the strips of a network


@dataclass(frozen=True)
class Result:
    """What became of a job.

    Attributes:
        out: the OME-Zarr that was written.
        objects: number of objects of each time point; empty if they were not numbered.
        failed: a line for each block that failed three times.
    """

    out: str
    objects: list[int]
    failed: list[str]


def segment(
    image: str,
    out: str,
    *,
    checkpoint: str,
    level: int = 0,
    axes: str | None = None,
    channel: int | None = None,
    instances: bool | None = None,
    probabilities: bool = False,
    threshold: float | None = None,
    min_size_px: int | None = None,
    block: tuple[int, int] | None = None,
    ome_version: str = "0.5",
    scheduler: str = "local",
    workers: int | None = None,
    memory_limit_mb: float | None = None,
) -> Result:
    """Writes the labels of an image of any size as OME-Zarr, block by block, or goes on where an earlier run ended.

    Args:
        image: OME-Zarr, Zarr or TIFF, by its path or URL.
        out: the OME-Zarr to write, by its path or URL, which ends in `.zarr`.
        checkpoint: weights, of which the record says how to predict with them.
        level: level of the image's pyramid.
        axes: letters of `tczyx` of an image that does not name its axes.
        channel: the only one of the image to take.
        instances: whether to number objects; by default as the record says.
        probabilities: whether to write probabilities, too.
        threshold: probability from which on a pixel is marked; by default that of the record.
        min_size_px: least pixels of an object; by default that of the record.
        block: rows and columns of a block.
        ome_version: `0.5` or `0.4`.
        scheduler: `local`, `synchronous`, or the address of a Dask scheduler.
        workers: processes on this machine; by default one for each GPU, or else for each core.
        memory_limit_mb: memory of each worker.

    Raises:
        ValueError: if an argument is wrong, or what is at `out` was begun with other settings.
    """
    if not out.rstrip("/").endswith(".zarr"):
        raise ValueError(f"OUT must end in .zarr, got {out!r}; take {out.rstrip('/') + '.zarr'!r}")
    if same_place(image, out):
        raise ValueError(f"OUT {out!r} lies in IN {image!r}, which must stay as it is; name another")
    source = open_source(image, level, axes, channel)
    settings, tensors = _settings(
        source, out, checkpoint, {"url": image, "level": level, "axes": axes, "channel": channel}, block, ome_version,
        {"instances": instances, "threshold": threshold, "min_size_px": min_size_px}, probabilities,
    )  # fmt: skip
    _check_memory(settings, memory_limit_mb)
    with in_one_line(f"OUT {out!r} cannot be written", "name a place that can be, with space"):
        job = start_job(settings, tensors)
        sweep(job)
        create_output(settings, source)
    _tell_missing(source)
    with runner(scheduler, workers or _default_workers(len(settings.grid)), memory_limit_mb) as run:
        return _run(job, run)


def _run(job: Job, run: Run) -> Result:
    settings = job.settings
    failed = _stage(job, run, "statistics")
    if failed:  # without them nothing can be predicted as one pass would
        return Result(settings.out, [], _told(settings, failed))
    failed = _stage(job, run, "predict")
    if not failed and settings.instances:
        _merge(job)
        failed = _stage(job, run, "number")
        if not failed and settings.border_class:
            failed = _stage(job, run, "grow")
    if failed:
        return Result(settings.out, [], _told(settings, failed))
    picture = beside(settings.out, ".png")
    Folder(os.path.dirname(picture) or ".").write(os.path.basename(picture), overview(settings))
    return Result(settings.out, _counts(job) if settings.instances else [], [])


def _stage(job: Job, run: Run, stage: str) -> Failed:
    done = job.done(stage)
    waiting = [index for index in range(len(job.settings.grid)) if index not in done]
    return run(job.folder.url, stage, waiting) if waiting else {}


def _merge(job: Job) -> None:
    """The numbers of all objects, unless an earlier run has found them."""
    grid = job.settings.grid
    if len(job.done("tables")) == len(grid):
        return

    def parts_of(index: int) -> Any:
        return unpacked(job.found("predict", index))

    nodes = joined_parts(grid, parts_of)
    for index, table in tables(grid, parts_of, nodes, job.settings.min_size_px):
        file = io.BytesIO()
        np.save(file, table)
        job.finish("tables", index, file.getvalue())


def _counts(job: Job) -> list[int]:
    counts = [0] * job.settings.shape[0]
    for index in range(len(job.settings.grid)):
        table = np.load(io.BytesIO(job.found("tables", index)), allow_pickle=False)
        t = job.settings.grid.places(index)[0]
        counts[t] = max(counts[t], int(table.max()))
    return counts


def _settings(
    source: Source, out: str, checkpoint: str, image: dict[str, Any], block: tuple[int, int] | None, version: str,
    given: dict[str, Any], probabilities: bool,
) -> tuple[Settings, dict[str, torch.Tensor]]:  # fmt: skip
    if version not in ("0.4", "0.5"):
        raise ValueError(f"ome_version must be 0.4 or 0.5, got {version!r}")
    record = read_record(checkpoint) | {name: value for name, value in given.items() if value is not None}
    network = restored_unet(checkpoint)
    tensors = dict(network.state_dict())
    shape = source.shape
    _check_channels(source, record)
    context, width = network_context(network), first_width(network)
    grid = planned((shape[0], shape[2], shape[3], shape[4]), context, record["downsampling"], width, block)
    classes = record["num_classes"]
    settings = Settings(
        image=image, shape=list(shape), axes=source.axes if source.channel is None else source.axes.replace("c", ""),
        dtype=str(source.array.dtype), out=out,
        network=architecture_arguments(record), weights=digest(tensors), channels=dict(record["channels"]),
        threshold=float(record["threshold"]), downsampling=record["downsampling"], border_class=record["border_class"],
        min_size_px=record["min_size_px"], instances=bool(record["instances"]), probabilities=probabilities,
        block=list(grid.block), levels=levels(grid), version=version,
        classes=class_names(record["class_names"], classes, record["border_class"]), bundle=bundle_version(),
    )  # fmt: skip
    return settings, tensors


def _check_channels(source: Source, record: dict[str, Any]) -> None:
    transform = recorded_channels(record)
    name, channels = type(transform).__name__, source.shape[1]
    if name == "NeighbouringSlicesd":
        raise ValueError("checkpoint: these weights take neighbouring slices, which segment has not; use inference.json")
    wanted = {"Greyd": (1, 3), "OneChanneld": (1, getattr(transform, "num_channels", 1))}.get(name, (record["input_channels"],))
    if channels not in wanted:
        words = " or ".join(map(str, sorted(set(wanted))))
        raise ValueError(f"IN {source.url!r} has {channels} channels, and the weights take {words}; choose one with --channel")


def _check_memory(settings: Settings, limit_mb: float | None) -> None:
    _, rows, columns = settings.block
    classes = int(settings.network["out_channels"])
    pixels = settings.block[0] * rows * columns
    each = 1 + (8 if settings.instances else 0) + (4 * classes if settings.probabilities else 0)
    each += settings.shape[1] * np.dtype(settings.dtype).itemsize
    each += 8 * classes // settings.downsampling**2 if settings.downsampling > 1 else 0
    wanted_mb = -(-(pixels * each + BYTES_BESIDE) // 2**20)
    if limit_mb is not None and limit_mb < wanted_mb:
        raise ValueError(
            f"memory_limit_mb must be at least {wanted_mb} for blocks of {rows} × {columns} px, got {limit_mb:g}; "
            "give more, or smaller blocks with --block"
        )


def _tell_missing(source: Source) -> None:
    missing = source.missing_chunks()
    if missing:
        print(f"note: {missing} chunks of {source.url} are not stored; Zarr reads them as the fill value", file=sys.stderr)


def _told(settings: Settings, failed: Failed) -> list[str]:
    lines = []
    for index, why in sorted(failed.items()):
        block = settings.grid[index]
        place = f"rows {block.y.start} to {block.y.stop}, columns {block.x.start} to {block.x.stop}"
        if settings.shape[2] > 1:
            place = f"slices {block.z.start} to {block.z.stop}, {place}"
        lines.append(f"block {index} ({place}) failed: {why}")
    return lines


def _default_workers(blocks: int) -> int:
    wanted = torch.cuda.device_count() if torch.cuda.is_available() else os.cpu_count() or 1
    return max(1, min(wanted, blocks))
