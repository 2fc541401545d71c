"""An evaluation or a prediction on several workers, each of which takes its share of the patients.

As the processes of a training do, the workers form a process group, over which the records of all items gather, and the first
one writes what is told of all. Dask starts them, here or on other machines.
"""

import os
import socket
import time
from contextlib import chdir
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from custom.command_line.bundle_command import BundleCommand
from custom.text.one_line import one_line

LONGEST = timedelta(days=30)  # a worker waits so long for another's share
SETTLING_S = 2.0  # after a failure, until those of other workers that it causes are known
LOST = "gloo"  # names itself in what a process says that has lost another


def spread(command: BundleCommand, scheduler: str, workers: int, result: str, mend: str) -> int:
    """Runs a command on all workers of a cluster at once, in this folder, and returns its exit code.

    Args:
        command: an evaluation or a prediction. Its paths must lead to the same files on every worker.
        scheduler: address of a Dask scheduler; empty for a cluster on this machine.
        workers: processes of a local cluster.
        result: where the results are, for the terminal; what workers elsewhere print does not reach it.
        mend: how to go on if a worker fails.

    Raises:
        ValueError: in one line, if the cluster cannot be reached or a worker fails.
    """
    from custom.large.cluster import dask_client

    with dask_client(scheduler or "local", workers) as client:
        names = sorted(client.scheduler_info(n_workers=-1)["workers"])
        place = client.submit(meeting_point, workers=names[:1], pure=False).result()
        hosts = [urlsplit(name).hostname for name in names]
        folder, count = os.getcwd(), len(names)
        shares = [
            client.submit(
                run_share, command, rank, count, place, hosts[:rank].count(hosts[rank]), folder, workers=[name], pure=False
            )
            for rank, name in enumerate(names)
        ]
        code = _exit_code(shares, mend)
    if scheduler:
        print(result)
    return code


def meeting_point() -> str:
    """Where the processes of a group find each other: a free port of this worker's machine."""
    from distributed import get_worker

    host = urlsplit(get_worker().address).hostname
    with socket.socket() as free:
        free.bind((host, 0))
        return f"tcp://{host}:{free.getsockname()[1]}"


def run_share(
    command: BundleCommand, rank: int, processes: int, place: str, local_rank: int = 0, folder: str | Path = "."
) -> int:
    """Runs a command as one of several processes, and returns its exit code.

    Args:
        command: an evaluation or a prediction.
        rank: number of the process, from 0.
        processes: how many there are.
        place: where they meet, as torch's `init_method`.
        local_rank: number of the process among those of its machine, of which each takes a GPU if there is one.
        folder: that relative paths of the command start from.

    Raises:
        RuntimeError: with the line that the command ended with.
    """
    import torch
    from torch import distributed

    from custom.system.processes import leave_process_group

    os.environ["LOCAL_RANK"] = str(local_rank)
    if torch.cuda.is_available():
        torch.cuda.set_device(local_rank % torch.cuda.device_count())
    distributed.init_process_group("gloo", init_method=place, rank=rank, world_size=processes, timeout=LONGEST)
    try:
        with chdir(folder):
            code = _ended(command)
        leave_process_group()
        return code
    finally:
        if distributed.is_initialized():
            distributed.destroy_process_group()


def _ended(command: BundleCommand) -> int:
    try:
        command.run()
    except SystemExit as end:  # not passed on: it would end the worker
        if isinstance(end.code, int):
            return end.code
        raise RuntimeError(str(end.code)) from None
    return 0


def _exit_code(shares: list[Any], mend: str) -> int:
    """The largest of the workers' exit codes, or the line of one that failed by itself, not for want of another."""
    from distributed import as_completed

    completed: Any = as_completed
    if all(share.status == "finished" for share in completed(shares)):
        return max(share.result() for share in shares)
    time.sleep(SETTLING_S)
    told = [one_line(share.exception()) for share in shares if share.status == "error"]
    own = [line for line in told if LOST not in line]
    raise ValueError(f"{own[0] if own else 'a worker was lost'}{mend}")
