"""Tasks on Dask: of a cluster on this machine, or of one that runs already; or one after the other in this process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any

from custom.large.blocks_shown import blocks_shown
from custom.large.cluster import TRIES, dask_client
from custom.large.tasks import run_task
from custom.text.one_line import one_line

AHEAD = 1000  # tasks that the scheduler knows at a time; benchmarks/large_tasks.py measures what a task costs

Failed = dict[int, str]
Run = Callable[[str, str, str, list[int]], Failed]


@contextmanager
def runner(scheduler: str, workers: int, memory_limit_mb: float | None = None) -> Iterator[Run]:
    """A function that runs a stage of a job on blocks, and gives those that failed three times with the reason.

    Args:
        scheduler: `synchronous` for this process, or what `dask_client` takes.
        workers: processes of a local cluster.
        memory_limit_mb: memory from which on Dask ends a worker of a local cluster.

    Raises:
        ValueError: if the scheduler cannot be reached, or its workers have other versions.
    """
    if scheduler == "synchronous":
        yield _in_this_process
        return
    with dask_client(scheduler, workers, memory_limit_mb) as client:
        yield partial(on_dask, client)


def _in_this_process(url: str, job_id: str, stage: str, blocks: list[int]) -> Failed:
    failed: Failed = {}
    with blocks_shown(stage, len(blocks)) as one_done:
        for index in blocks:
            for _ in range(TRIES):
                try:
                    run_task(url, job_id, stage, index)
                    failed.pop(index, None)
                    break
                except Exception as error:  # whatever a block meets, the others are done
                    failed[index] = reason(error)
            one_done()
    return failed


def on_dask(client: Any, url: str, job_id: str, stage: str, blocks: list[int]) -> Failed:
    """The blocks that failed three times, with the reason.

    A scheduler takes tasks of one key for one task, of whichever client they are, so that keys name the job.

    Raises:
        ValueError: if no worker is left.
    """
    import distributed

    completed: Any = distributed.as_completed
    failed: Failed = {}
    waiting = iter(blocks)

    def submitted(number: int) -> list[Any]:
        """So many more tasks, or as many as are left."""
        chosen = list(islice(waiting, number))
        keys = [f"{stage}-{job_id}-{index:06d}" for index in chosen]
        pure = {"pure": False, "retries": TRIES - 1}
        given = zip(chosen, keys, strict=True)
        return [client.submit(run_task, url, job_id, stage, index, key=key, **pure) for index, key in given]

    running = completed(submitted(AHEAD))
    with blocks_shown(stage, len(blocks)) as one_done:
        for future in running:
            if future.status != "finished":
                failed[int(future.key.rpartition("-")[2])] = reason(_that_of_a_block(future.exception()))
            future.release()
            one_done()
            for one in submitted(1):
                running.add(one)
    return failed


def _that_of_a_block(error: BaseException) -> BaseException:
    if type(error).__name__ == "NoWorkerError":
        raise ValueError("scheduler: no worker is left; what is done stays, and the same command goes on with it")
    return error


def reason(error: BaseException) -> str:
    """What went wrong, in one line."""
    if type(error).__name__ == "KilledWorker":
        return f"{TRIES} workers died of it, of too little memory as a rule; give block fewer rows, or more memory"
    return one_line(error)
