"""The end of a training in several processes."""

import time

import torch.distributed

SETTLING_S = 1.0


def leave_process_group() -> None:
    """Ends the process group, once all processes are done and its threads have let go of their last tensors.

    Gloo's threads need the interpreter to drop a tensor, and outlive the group. One that asks for the interpreter after its
    end aborts the program, which then seems to have failed although all is written. Sleeping leaves the interpreter to them.
    """
    torch.distributed.barrier()
    time.sleep(SETTLING_S)
    torch.distributed.destroy_process_group()
