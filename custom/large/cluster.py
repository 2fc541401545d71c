"""A client of a Dask cluster: of one on this machine, or of one that runs already."""

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from importlib.metadata import version
from multiprocessing import resource_tracker
from typing import Any

from custom.large.places import in_one_line
from custom.system.shared_cores import share_cores

TRIES = 3
CONNECT_S = 10  # a scheduler that does not answer in this time cannot be reached
WITHOUT_WORKERS = "300s"  # Dask replaces a worker that died; if none comes back, a run would wait without end
PACKAGES = ("unet-bundle", "torch", "numpy", "zarr", "dask", "distributed")


@contextmanager
def dask_client(scheduler: str, workers: int, memory_limit_mb: float | None = None) -> Iterator[Any]:
    """A client, while its cluster runs.

    Args:
        scheduler: the address of a Dask scheduler, or `local` for a cluster on this machine.
        workers: processes of a local cluster.
        memory_limit_mb: memory from which on Dask ends a worker of a local cluster.

    Raises:
        ValueError: if the scheduler cannot be reached, or its workers have other versions.
    """
    import dask
    import distributed

    settings: dict[str, Any] = {
        "distributed.nanny.pre-spawn-environ": worker_environment(workers),
        "distributed.scheduler.allowed-failures": TRIES - 1,
        "distributed.scheduler.no-workers-timeout": WITHOUT_WORKERS,
        "distributed.deploy.lost-worker-timeout": WITHOUT_WORKERS,  # by default Dask gives a worker up after 15 s
        "distributed.worker.daemon": False,
        "distributed.worker.profile.enabled": False,  # its call trees fill 0.3 MB a second
        "distributed.comm.timeouts.connect": f"{CONNECT_S}s",
    }
    local = scheduler == "local"
    quiet = logging.CRITICAL if local else logging.WARNING
    logging.getLogger("distributed").setLevel(quiet)  # where a bundle's logging.conf would let it tell each step
    with dask.config.set(settings):
        make: Any = distributed.LocalCluster
        options: dict[str, Any] = {
            "n_workers": workers,
            "threads_per_worker": 1,
            "memory_limit": "auto" if memory_limit_mb is None else int(memory_limit_mb * 2**20),
            "dashboard_address": "127.0.0.1:0",
            "silence_logs": quiet,
        }
        with (
            _deaf_to_ctrl_c() if local else nullcontext() as loop,
            _closing(make(loop=loop, **options)) if local else nullcontext(scheduler) as place,
            _connected(distributed.Client, place, scheduler) as client,
        ):
            if not local:
                check_versions(client, scheduler)
            yield client


def worker_environment(workers: int) -> dict[str, str]:
    """Variables with which each of so many workers on this machine starts; those that are set already stand."""
    from dask.system import cpu_count  # counts the cores that this process may use, as on a cluster or in a container

    threads = os.environ.get("OMP_NUM_THREADS", str(max(1, cpu_count() // workers)))
    # Torch takes as many threads as MKL. Threads that read and write share one heap, and torch keeps few compiled
    # convolutions, not those of all sizes of parts: so memory does not grow with the number of blocks.
    environment = {
        "OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "1", "ONEDNN_PRIMITIVE_CACHE_CAPACITY": "64",
    }  # fmt: skip
    share_cores(environment)
    return environment


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[Any]:
    """An event loop of Dask whose thread, and the workers that it starts, do not hear Ctrl-C, which a terminal sends to all.

    This process alone hears it, and ends them; each of them would show tracebacks.
    """
    from distributed.utils import LoopRunner

    runner: Any = LoopRunner()
    resource_tracker.ensure_running()  # or the thread that begins the first worker starts it, and then hears all signals
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # a thread, and a process, begins with its parent's
    try:
        runner.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    try:
        yield runner.loop
    finally:
        runner.stop()


@contextmanager
def _closing(cluster: Any) -> Iterator[Any]:
    """A cluster that is closed at the end. On a busy machine Dask may see too late that a worker which it killed is gone."""
    try:
        yield cluster
    finally:
        with suppress(TimeoutError):
            cluster.close()


@contextmanager
def _connected(client: Any, place: Any, scheduler: str) -> Iterator[Any]:
    with in_one_line(f"scheduler {scheduler!r} cannot be reached", "start it, or leave --scheduler out"):
        connected = client(place, timeout=CONNECT_S)
    with connected:
        yield connected


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that decide a result, on this machine."""
    found = {"python": ".".join(map(str, sys.version_info[:2]))}
    return found | {name: version(name) for name in PACKAGES}


def check_versions(client: Any, scheduler: str) -> None:
    """Makes sure that a cluster has workers, all with the versions of this machine.

    Args:
        client: one of Dask, connected to the scheduler.
        scheduler: its address, for errors.

    Raises:
        ValueError: if not.
    """
    with in_one_line(f"scheduler {scheduler!r}: its workers cannot run this package", "install the same versions there"):
        mine, theirs = versions(), client.run(versions)
    if not theirs:
        raise ValueError(f"scheduler {scheduler!r} has no workers; start some")
    for worker, told in theirs.items():
        differing = [f"{name} {told.get(name)}, not {mine[name]}" for name in mine if told.get(name) != mine[name]]
        if differing:
            raise ValueError(f"scheduler {scheduler!r}: worker {worker} has {', '.join(differing)}; install the same versions")
