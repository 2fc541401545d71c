"""What the processes of a group, of a training or on the workers of a cluster, tell each other; a lone process is the first."""

import os
import time
from collections.abc import Callable
from typing import TypeVar

from torch import distributed

T = TypeVar("T")
SETTLING_S = 1.0


def rank() -> int:
    """The number of this process, from 0."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def processes() -> int:
    """How many there are."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def gathered(mine: T) -> list[T]:
    """What each process gives here, by rank; all wait for the last of them."""
    if not distributed.is_initialized():
        return [mine]
    parts: list[T] = [mine] * processes()
    distributed.all_gather_object(parts, mine)
    return parts


def done_by_first(action: Callable[[], T]) -> T:
    """What an action gives that the first process does alone, for all of them.

    Raises:
        ValueError, OSError: of the action, on every process, lest the others wait for the first.
    """
    answer: list[tuple[T | None, ValueError | OSError | None]] = [(None, None)]
    if rank() == 0:
        try:
            answer = [(action(), None)]
        except (ValueError, OSError) as error:
            answer = [(None, error)]
    if distributed.is_initialized():
        distributed.broadcast_object_list(answer, src=0)
    result, problem = answer[0]
    if problem is not None:
        raise problem
    return result  # type: ignore[return-value]


def join_process_group() -> None:
    """Joins the processes that torchrun starts, or forms a group of this one, as of an evaluation of what several trained."""
    if distributed.is_initialized():
        return
    if "RANK" in os.environ:
        distributed.init_process_group()
    else:
        os.environ["LOCAL_RANK"] = "0"
        distributed.init_process_group(store=distributed.HashStore(), rank=0, world_size=1)


def leave_process_group() -> None:
    """Ends the process group, once all processes are done and its threads have let go of their last tensors.

    Gloo's threads need the interpreter to drop a tensor, and outlive the group. One that asks for the interpreter after its
    end aborts the program, which then seems to have failed although all is written. Sleeping leaves the interpreter to them.
    """
    distributed.barrier()
    time.sleep(SETTLING_S)
    distributed.destroy_process_group()
