"""An evaluation on several workers, each of which scores its share of the patients.

As the processes of a training do, the workers form a process group, over which the records of all items gather, and the first
one writes. Dask starts them, here or on other machines.
"""

import os
import socket
from typing import Any
from urllib.parse import urlsplit

from custom.bundle_command import BundleCommand


def spread(command: BundleCommand, scheduler: str, workers: int) -> None:
    """Runs a command on all workers of a cluster at once.

    Args:
        command: an evaluation. Its paths must lead to the same files on every worker.
        scheduler: `local`, or the address of a Dask scheduler.
        workers: processes of a local cluster.

    Raises:
        ValueError: in one line, if the cluster cannot be reached or a worker fails.
    """
    from custom.large.cluster import dask_client

    with dask_client(scheduler, workers) as client:
        names = sorted(client.scheduler_info(n_workers=-1)["workers"])
        place = client.submit(meeting_point, workers=names[:1], pure=False).result()
        hosts = [urlsplit(name).hostname for name in names]
        shares = [
            client.submit(
                run_share, command, rank, len(names), place, hosts[:rank].count(hosts[rank]), workers=[name], pure=False
            )
            for rank, name in enumerate(names)
        ]
        _wait(shares)


def meeting_point() -> str:
    """Where the processes of a group find each other: a free port of this worker's machine."""
    from distributed import get_worker

    host = urlsplit(get_worker().address).hostname
    with socket.socket() as free:
        free.bind((host, 0))
        return f"tcp://{host}:{free.getsockname()[1]}"


def run_share(command: BundleCommand, rank: int, processes: int, place: str, local_rank: int = 0) -> None:
    """Runs a command as one of several processes.

    Args:
        command: an evaluation.
        rank: number of the process, from 0.
        processes: how many there are.
        place: where they meet, as torch's `init_method`.
        local_rank: number of the process among those of its machine, of which each takes a GPU if there is one.

    Raises:
        RuntimeError: with the line that the command ended with.
    """
    import torch
    import torch.distributed

    from custom.handlers.process_group import leave_process_group

    os.environ["LOCAL_RANK"] = str(local_rank)
    if torch.cuda.is_available():
        torch.cuda.set_device(local_rank % torch.cuda.device_count())
    torch.distributed.init_process_group("gloo", init_method=place, rank=rank, world_size=processes)
    try:
        command.run()
        leave_process_group()
    except SystemExit as end:  # which would end the worker
        raise RuntimeError(str(end.code)) from None
    finally:
        if torch.distributed.is_initialized():
            torch.distributed.destroy_process_group()


def _wait(shares: list[Any]) -> None:
    from distributed import as_completed

    completed: Any = as_completed
    for share in completed(shares):
        if share.status != "finished":
            told = " ".join(str(share.exception()).split())
            raise ValueError(f"a worker failed: {told}")
