"""The stages of a job, one after the other; of each what earlier runs left to do."""

import os
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from custom.files.rounding import is_wide, lost_in_rounding
from custom.large.job import Job
from custom.large.merging import joined_parts, tables
from custom.large.objects import packed_table, unpacked, unpacked_table
from custom.large.overview import overview
from custom.large.places import Folder, beside
from custom.large.running import Failed, Run
from custom.large.settings import Settings
from custom.large.tasks import statistics_of


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

    def tell(self) -> int:
        """Prints where the labels are and how many objects, or which blocks failed; returns the exit code."""
        for line in self.failed:
            print(line, file=sys.stderr)
        if self.failed:
            print(f"{len(self.failed)} blocks failed; the same command does only what is missing", file=sys.stderr)
            return 1
        objects = f", {' + '.join(map(str, self.objects))} objects" if self.objects else ""
        print(f"{self.out}{objects}")
        return 0


def through_stages(job: Job, run: Run) -> Result:
    """Does all that a job lacks, and tells what became of it.

    Args:
        job: new, or to go on with.
        run: what `running.runner` gives.
    """
    settings = job.settings
    failed = _stage(job, run, "statistics")
    if failed:  # without them nothing can be predicted as one pass would
        return Result(settings.out, [], _told(settings, failed))
    _check_rounding(job)
    failed = _stage(job, run, "predict")
    if not failed and settings.instances:
        _merge(job)
        failed = _stage(job, run, "number")
        if not failed and settings.border_class:
            # A machine that went down may have left these broken, and growing reads what it writes over.
            torn = sorted(job.done("growing") - job.done("grow"))
            failed = run(job.folder.url, settings.job_id, "number", torn) if torn else {}
            failed = failed or _stage(job, run, "grow")
    if failed:
        return Result(settings.out, [], _told(settings, failed))
    picture = beside(settings.out, ".png")
    Folder(os.path.dirname(picture) or ".").write(os.path.basename(picture), overview(settings))
    return Result(settings.out, _counts(job) if settings.instances else [], [])


def _stage(job: Job, run: Run, stage: str) -> Failed:
    done = job.done(stage)
    waiting = [index for index in range(len(job.settings.grid)) if index not in done]
    return run(job.folder.url, job.settings.job_id, stage, waiting) if waiting else {}


def _check_rounding(job: Job) -> None:
    """Makes sure that 32-bit floats can tell the values of an image apart, as far as means and deviations of these floats tell.

    Raises:
        ValueError: if they cannot.
    """
    dtype = np.dtype(job.settings.dtype)
    if is_wide(dtype):
        for mean, spread in (told for one in statistics_of(job) for told in one.channels):
            low, high = mean, mean + 4 * spread
            if dtype.kind != "f":  # whole numbers that all became one differ by 1 or more
                low, high = int(mean), int(mean) + max(int(4 * spread), 1)
            if lost := lost_in_rounding(low, high):
                raise ValueError(f"IN {job.settings.image['url']!r} {lost}")


def _merge(job: Job) -> None:
    """The numbers of all objects, unless an earlier run has found them: columns before rows, as `predict` numbers them."""
    grid, turned = job.settings.grid, job.settings.columns_first().grid
    if len(job.done("tables")) == len(grid):
        return

    def number(index: int) -> int:
        """The number in the grid of a block of the turned grid."""
        t, z, x, y = turned.places(index)
        return grid.number((t, z, y, x))

    def parts_of(index: int) -> Any:
        """The parts of a block of the turned grid."""
        return job.found("predict", number(index), unpacked)

    nodes = joined_parts(turned, parts_of)
    for index, table in tables(turned, parts_of, nodes, job.settings.min_size_px):
        job.finish("tables", number(index), packed_table(table))


def _counts(job: Job) -> list[int]:
    counts = [0] * job.settings.shape[0]
    for index in range(len(job.settings.grid)):
        t = job.settings.grid.places(index)[0]
        counts[t] = max(counts[t], int(job.found("tables", index, unpacked_table).max()))
    return counts


def _told(settings: Settings, failed: Failed) -> list[str]:
    lines = []
    for index, why in sorted(failed.items()):
        block = settings.grid[index]
        place = f"rows {block.y.start} to {block.y.stop}, columns {block.x.start} to {block.x.stop}"
        if settings.shape[2] > 1:
            place = f"slices {block.z.start} to {block.z.stop}, {place}"
        if settings.shape[0] > 1:
            place = f"time point {block.t}, {place}"
        lines.append(f"block {index} ({place}) failed: {why}")
    return lines
