"""The network of a job, loaded once by each worker."""

from functools import lru_cache
from typing import NamedTuple

import torch

from custom.inferers.context import network_context
from custom.inferers.tiles import Context
from custom.large.job import JOBS_AT_ONCE, Job
from custom.networks import UNet


class Model(NamedTuple):
    """A network that is ready to predict, and the context that it wants."""

    network: UNet
    context: Context
    device: torch.device


@lru_cache(maxsize=JOBS_AT_ONCE)
def worker_model(job: Job) -> Model:
    """The network of a job, on the GPU of this worker if it has one."""
    network = UNet(**job.settings.network).eval().requires_grad_(False)
    network.load_state_dict(job.tensors())
    device = torch.device(f"cuda:{_worker_number() % torch.cuda.device_count()}" if torch.cuda.is_available() else "cpu")
    network = network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    return Model(network, network_context(network), device)


def _worker_number() -> int:
    """The number of this worker of a `LocalCluster`, so that each takes a GPU of its own; elsewhere 0."""
    from distributed import get_worker

    try:
        name = str(get_worker().name)
    except ValueError:
        return 0
    return int(name) if name.isdecimal() else 0
