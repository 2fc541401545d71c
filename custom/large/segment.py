"""Prediction of an image larger than memory: all of it, or what an earlier run that was killed left to do."""

import sys
from contextlib import AbstractContextManager

import torch
from dask.system import cpu_count

from custom.large.choosing import chosen_settings
from custom.large.demand import check_memory
from custom.large.missing import missing_chunks
from custom.large.output import create_output
from custom.large.places import full_place, same_place
from custom.large.running import Run, runner
from custom.large.sources import Source, open_source
from custom.large.stages import Result, through_stages
from custom.large.starting import held, start_job, writable
from custom.settings.rules import whole
from custom.settings.table import SETTINGS


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
        scheduler: `local`, `synchronous`, or the address of a Dask scheduler. A lone block needs none: of `local` this process
            predicts it, unless its memory is limited.
        workers: processes on this machine; by default one for each GPU, or else for each core.
        memory_limit_mb: memory of each worker.

    Raises:
        ValueError: if an argument is wrong, or what is at `out` was begun with other settings.
    """
    _check_numbers(threshold=threshold, min_size_px=min_size_px, workers=workers)
    if scheduler != "local" and workers is not None:
        raise ValueError(f"workers is for processes on this machine, and scheduler is {scheduler!r}; leave one of them out")
    image, out = _places(image, out)
    source = open_source(image, level, axes, channel)
    settings, tensors = chosen_settings(
        source, {"url": image, "level": level, "axes": axes, "channel": channel}, out, checkpoint,
        {"instances": instances, "threshold": threshold, "min_size_px": min_size_px}, block, ome_version, probabilities,
    )  # fmt: skip
    check_memory(settings, memory_limit_mb)
    _tell(source)
    with held(out):
        with writable(out):
            job = start_job(settings, tensors)
            create_output(settings, source)
        with _runner_of(len(settings.grid), scheduler, workers, memory_limit_mb) as run:
            return through_stages(job, run)


def _places(image: str, out: str) -> tuple[str, str]:
    if not image:
        raise ValueError("IN must name an image, got ''")
    if not out.rstrip("/").endswith(".zarr"):
        raise ValueError(f"OUT must end in .zarr, got {out!r}; take {out.rstrip('/') + '.zarr'!r}")
    if same_place(image, out):
        raise ValueError(f"OUT {out!r} lies in IN {image!r}, which must stay as it is; name another")
    return full_place(image), full_place(out)


def _check_numbers(**given: float | None) -> None:
    rules = {"threshold": SETTINGS["threshold"].rule, "min_size_px": SETTINGS["min_size_px"].rule, "workers": whole(1)}
    for name, value in given.items():
        if value is not None:
            rules[name].check(name, value)


def _tell(source: Source) -> None:
    missing, notes = missing_chunks(source), [f"{source.url}: {note}" for note in source.notes]
    if missing:
        told = "0" if source.unstored else "the fill value, as Zarr says"
        notes.append(f"{missing} chunks of {source.url} are not stored; they are read as {told}")
    for note in notes:
        print(f"note: {note}", file=sys.stderr)


def _runner_of(blocks: int, scheduler: str, workers: int | None, memory_limit_mb: float | None) -> AbstractContextManager[Run]:
    """A lone block is done in this process, since a cluster takes longer to start, unless its memory is limited."""
    alone = scheduler == "local" and blocks == 1 and memory_limit_mb is None
    return runner("synchronous" if alone else scheduler, workers or _default_workers(blocks), memory_limit_mb)


def _default_workers(blocks: int) -> int:
    wanted = torch.cuda.device_count() if torch.cuda.is_available() else cpu_count()
    return max(1, min(wanted, blocks))
