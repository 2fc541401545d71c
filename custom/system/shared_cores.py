"""How torch's threads wait for each other on cores that other programs use, too."""

import os
from collections.abc import MutableMapping

SPINS = "10000"


def share_cores(environment: MutableMapping[str, str] = os.environ) -> None:
    """Lets threads that wait give their core up soon. Call it before torch is loaded.

    By default the threads of GNU's OpenMP wait in a loop for milliseconds. If another program wants the core meanwhile, that
    holds up the very thread that is waited for. `benchmarks/shared_cores.py` measures it.

    Args:
        environment: variables of this process, or of one to start; what they say of waiting stands.
    """
    if "OMP_WAIT_POLICY" not in environment:
        environment.setdefault("GOMP_SPINCOUNT", SPINS)
