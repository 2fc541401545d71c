"""How many blocks of a stage are done: a bar in a terminal, elsewhere a plain line now and then."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from custom.text.durations import Due, duration


@contextmanager
def blocks_shown(stage: str, total: int, clock: Callable[[], float] = time.monotonic) -> Iterator[Callable[[], None]]:
    """A function to call after each block.

    Where standard error is no terminal it prints a line after ten seconds, and then every minute, such as
    `predict: block 12 of 128, 9 min left`.

    Args:
        stage: what is done with the blocks.
        total: how many blocks there are.
        clock: gives seconds.
    """
    first, due, done = 0.0, Due(clock), 0
    with tqdm(total=total, desc=stage, disable=not sys.stderr.isatty()) as bar:

        def one_done() -> None:
            """Counts a block."""
            nonlocal done, first
            now, done = clock(), done + 1
            first = first if done > 1 else now  # the first block waits for workers that start
            bar.update()
            if bar.disable and due():
                left = f", {duration((now - first) / (done - 1) * (total - done))} left" if done > 1 else ""
                print(f"{stage}: block {done} of {total}{left}", file=sys.stderr, flush=True)

        yield one_done
