"""How long many slides and many volumes take on many workers, and what breaks first: a simulation from measured costs.

python benchmarks/large_fleet.py [--mpx_per_s 0.5] [--task_ms 3.2] [--store_gb_per_s 1 20] [--fails_per_h 0.01]

A task waits for a worker, for the scheduler, and for the store, which moves the bytes of one task after another at its speed;
then it computes. A worker that fails loses its task, which another does again. Bytes are counted before
compression. A slide is a job of blocks, whose stages wait for each other, and slides begin one after the other; a volume is a
task.
"""

import argparse
import heapq
import random
from collections import deque
from dataclasses import dataclass
from itertools import product


@dataclass
class Costs:
    """What is measured or assumed: see `main`."""

    mpx_per_s: float
    task_ms: float
    store_gb_per_s: float
    fails_per_h: float


@dataclass
class Work:
    """Jobs of one kind: their number, stages of (tasks, seconds, bytes) each, and bytes that stay stored of a job."""

    name: str
    jobs: int
    stages: list[tuple[int, float, float]]
    stored_bytes: float


def slides(costs: Costs, number: int = 1000, side_px: int = 100_000) -> Work:
    """Slides of three channels: blocks of 4096 × 8192 px, of which labels, objects and the image are stored, with pyramids."""
    pixels, blocks = side_px**2, -(-side_px // 4096) * -(-side_px // 8192)
    each = pixels / blocks
    read, image, label, ids = 3 * 1.07 * each, 3 * each * 4 / 3, each * 4 / 3, 4 * each * 4 / 3
    stages = [
        (blocks, 0.02 * each / 1e6 / costs.mpx_per_s, 3 * each),  # statistics
        (blocks, 0.90 * each / 1e6 / costs.mpx_per_s, read + image + label),  # predict
        (blocks, 0.08 * each / 1e6 / costs.mpx_per_s, each + 2 * ids),  # number and grow
    ]
    return Work("slides of 10 gigapixels", number, stages, blocks * (image + label + ids))


def volumes(costs: Costs, number: int = 100_000, pixels: int = 155 * 240 * 240) -> Work:
    """MR volumes of four channels of 16 bits, of which masks are stored."""
    return Work("volumes of 155 × 240 × 240", number, [(1, pixels / 1e6 / costs.mpx_per_s, 9 * pixels)], pixels)


def hours(work: Work, costs: Costs, workers: int, jobs: int) -> dict[str, float]:
    """Hours for so many jobs, and the shares of them in which workers, scheduler and store are busy."""
    rng = random.Random(0)
    free, running = [0.0] * workers, []  # when workers are free; tasks that end, by time
    waiting = deque((job, 0) for job in range(jobs) for _ in range(work.stages[0][0]))
    left = {(job, 0): work.stages[0][0] for job in range(jobs)}
    scheduler = store = computed = now = 0.0
    store_free = scheduler_free = 0.0
    while waiting or running:
        while waiting and free and (not running or free[0] <= running[0][0]):
            job, stage = waiting.popleft()
            start = max(heapq.heappop(free), now)
            _, seconds, size = work.stages[stage]
            scheduler_free = max(scheduler_free, start) + costs.task_ms / 1000
            store_free = max(store_free, scheduler_free) + size / 1e9 / costs.store_gb_per_s
            end = store_free + seconds
            scheduler, store = scheduler + costs.task_ms / 1000, store + size / 1e9 / costs.store_gb_per_s
            fails = rng.random() < costs.fails_per_h * (end - start) / 3600
            computed += seconds
            heapq.heappush(running, (end, job, stage, fails))
        now, job, stage, fails = heapq.heappop(running)
        heapq.heappush(free, now)
        if fails:
            waiting.appendleft((job, stage))
            continue
        left[job, stage] -= 1
        if not left[job, stage] and stage + 1 < len(work.stages):
            left[job, stage + 1] = work.stages[stage + 1][0]
            waiting.extendleft([(job, stage + 1)] * left[job, stage + 1])
    return {"hours": now / 3600, "workers": computed / now / workers, "scheduler": scheduler / now, "store": store / now}


def main() -> None:
    """Prints a row for each kind of work and number of workers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mpx_per_s", type=float, default=0.5, help="of a worker, all stages together (large.py)")
    parser.add_argument("--task_ms", type=float, default=3.6, help="of the scheduler for a task (large_tasks.py)")
    parser.add_argument("--store_gb_per_s", type=float, nargs="+", default=[1.0, 20.0], help="that it reads and writes")
    parser.add_argument("--fails_per_h", type=float, default=0.01, help="of a worker")
    options = vars(parser.parse_args())
    print(
        f"{'work':26}{'store, GB/s':>12}{'workers':>9}{'hours':>9}{'TB':>8}{'busy: workers':>15}{'scheduler':>11}{'store':>8}"
    )
    for make, store, workers in product((slides, volumes), options.pop("store_gb_per_s"), (16, 256, 1024, 4096)):
        costs = Costs(**options, store_gb_per_s=store)
        work = make(costs)
        jobs = max(work.jobs // 20, 1)
        row = hours(work, costs, workers, jobs)
        total, stored = row["hours"] * work.jobs / jobs, work.jobs * work.stored_bytes / 1e12
        shares = f"{row['workers']:15.0%}{row['scheduler']:11.1%}{row['store']:8.0%}"
        print(f"{work.name:26}{store:12g}{workers:9}{total:9.1f}{stored:8.1f}{shares}")


if __name__ == "__main__":
    main()
