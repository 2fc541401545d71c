"""How long a step and a prediction take by how long OpenMP's threads wait in a loop, alone and beside a busy program.

    python benchmarks/shared_cores.py [--spins 0 1000 10000 100000]

Each number comes from processes of their own with as many threads as cores, one in each round. The busy program computes on one
core. `GOMP_SPINCOUNT` is how often a thread looks before it gives its core up.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

BUSY = "x = 0\nwhile True: x += 1"


def once() -> None:
    """Seconds of a training step of 16 patches and of the prediction of an image, the median of some."""
    import torch

    from custom.networks import UNet
    from custom.system.allocator import freed_memory_kept

    network = UNet().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer, batch, image = torch.optim.Adam(network.parameters()), torch.randn(16, 3, 192, 192), torch.randn(1, 3, 256, 256)

    def step() -> None:
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(batch)
        torch.nn.functional.softplus(logits.float()).mean().backward()
        optimizer.step()

    with freed_memory_kept(2**30):
        trained = timed(step, 6)
    network.eval()
    with torch.no_grad():
        predicted = timed(lambda: network(image), 20)
    print(json.dumps({"step_s": trained, "image_s": predicted}))


def timed(function: Callable[[], object], rounds: int) -> float:
    """Seconds of a call by the clock, the median of all but the first."""
    taken = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return median(taken[1:])


@contextmanager
def beside(busy: bool) -> Iterator[None]:
    """A time in which another program computes, or none."""
    program = subprocess.Popen([sys.executable, "-c", BUSY], start_new_session=True) if busy else None
    try:
        yield
    finally:
        if program:
            program.kill()


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spins", type=int, nargs="+", default=[0, 1000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        once()
        return
    cores = str(len(os.sched_getaffinity(0)))
    kept = {name: value for name, value in os.environ.items() if name not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
    kinds: dict[str, dict[str, str]] = {"libgomp's own": {}} | {
        str(each): {"GOMP_SPINCOUNT": str(each)} for each in options.spins
    }
    found: dict[tuple[str, bool], list[dict[str, float]]] = {(kind, busy): [] for kind in kinds for busy in (False, True)}
    for _ in range(options.rounds):
        for (kind, busy), rows in found.items():
            with beside(busy):
                program = [sys.executable, __file__, "--once"]
                told = subprocess.run(
                    program, env=kept | {"OMP_NUM_THREADS": cores} | kinds[kind], stdout=subprocess.PIPE, text=True, check=True
                ).stdout
            rows.append(json.loads(told))
    print(f"{cores} threads, {options.rounds} rounds")
    print("| spins | step, s | beside a busy program | image, ms | beside a busy program |")
    print("|---|---|---|---|---|")
    for kind in kinds:
        alone, beside_one = (
            [median(row[name] for row in found[kind, busy]) for name in ("step_s", "image_s")] for busy in (False, True)
        )
        print(f"| {kind} | {alone[0]:.2f} | {beside_one[0]:.2f} | {1000 * alone[1]:.0f} | {1000 * beside_one[1]:.0f} |")


if __name__ == "__main__":
    main()
