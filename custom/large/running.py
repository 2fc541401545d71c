"""Tasks on Dask: of a cluster on this machine, or of one that runs already; or one after the other in this process."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from importlib.metadata import version
from itertools import islice
from typing import Any

from tqdm import tqdm

from custom.large.places import in_one_line
from custom.large.tasks import run_task

TRIES = 3
AHEAD = 1000  # tasks that the scheduler knows at a time: it takes 1 ms and 2 kB for each
PACKAGES = ("unet-bundle", "torch", "numpy", "zarr", "dask", "distributed")

Failed = dict[int, str]
Run = Callable[[str, str, list[int]], Failed]


@contextmanager
def runner(scheduler: str, workers: int, memory_limit_mb: float | None = None) -> Iterator[Run]:
    """A function that runs a stage of a job on blocks, and gives those that failed three times with the reason.

    Args:
        scheduler: the address of a Dask scheduler, `local` for a cluster on this machine, `synchronous` for this process.
        workers: processes of a local cluster.
        memory_limit_mb: memory from which on Dask ends a worker.

    Raises:
        ValueError: if the scheduler cannot be reached, or its workers have other versions.
    """
    if scheduler == "synchronous":
        yield _in_this_process
        return
    import dask
    import distributed

    threads = max(1, (os.cpu_count() or 1) // workers)
    environment = {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")} | {"OPENBLAS_NUM_THREADS": "1"}
    settings: dict[str, Any] = {
        "distributed.nanny.pre-spawn-environ": environment,
        "distributed.scheduler.allowed-failures": TRIES - 1,
        "distributed.worker.daemon": False,
        "distributed.comm.timeouts.connect": "10s",
    }
    with dask.config.set(settings):
        local = scheduler == "local"
        limit = "auto" if memory_limit_mb is None else int(memory_limit_mb * 2**20)
        make: Any = distributed.LocalCluster
        cluster: Any = (
            make(n_workers=workers, threads_per_worker=1, memory_limit=limit, dashboard_address=None, silence_logs=50)
            if local
            else nullcontext(scheduler)
        )
        with cluster as place, _connected(distributed.Client, place, scheduler) as client:
            if not local:
                _check_versions(client, scheduler)
            yield lambda url, stage, blocks: _on_dask(client, url, stage, blocks)


@contextmanager
def _connected(client: Any, place: Any, scheduler: str) -> Iterator[Any]:
    with in_one_line(f"scheduler {scheduler!r} cannot be reached", "start it, or leave --scheduler out"):
        connected = client(place, timeout=10)
    with connected:
        yield connected


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that decide a result, on this machine."""
    found = {"python": ".".join(map(str, sys.version_info[:2]))}
    return found | {name: version(name) for name in PACKAGES}


def _check_versions(client: Any, scheduler: str) -> None:
    mine, theirs = versions(), client.run(versions)
    if not theirs:
        raise ValueError(f"scheduler {scheduler!r} has no workers; start some")
    for worker, told in theirs.items():
        differing = [f"{name} {told.get(name)}, not {mine[name]}" for name in mine if told.get(name) != mine[name]]
        if differing:
            raise ValueError(f"scheduler {scheduler!r}: worker {worker} has {', '.join(differing)}; install the same versions")


def _in_this_process(url: str, stage: str, blocks: list[int]) -> Failed:
    failed: Failed = {}
    for index in _shown(blocks, stage):
        for _ in range(TRIES):
            try:
                run_task(url, stage, index)
                failed.pop(index, None)
                break
            except Exception as error:  # whatever a block meets, the others are done
                failed[index] = reason(error)
    return failed


def _on_dask(client: Any, url: str, stage: str, blocks: list[int]) -> Failed:
    import distributed

    completed: Any = distributed.as_completed
    failed: Failed = {}
    waiting = iter(blocks)

    def submitted(number: int) -> list[Any]:
        chosen = list(islice(waiting, number))
        keys = [f"{stage}-{index:06d}" for index in chosen]
        pure = {"pure": False, "retries": TRIES - 1}
        return [client.submit(run_task, url, stage, index, key=key, **pure) for index, key in zip(chosen, keys, strict=True)]

    running = completed(submitted(AHEAD))
    with tqdm(total=len(blocks), desc=stage, disable=len(blocks) < 2) as bar:
        for future in running:
            if future.status != "finished":
                failed[int(future.key.rpartition("-")[2])] = reason(future.exception())
            future.release()
            bar.update()
            for one in submitted(1):
                running.add(one)
    return failed


def _shown(blocks: Iterable[int], stage: str) -> Iterable[int]:
    shown = list(blocks)
    return tqdm(shown, desc=stage, disable=len(shown) < 2)


def reason(error: BaseException) -> str:
    """What went wrong, in one line."""
    if type(error).__name__ == "KilledWorker":
        return f"{TRIES} workers died of it, of too little memory as a rule; give --block fewer rows, or more memory"
    return " ".join(str(error).split()) or type(error).__name__
