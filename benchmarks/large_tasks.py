"""Empty tasks through a scheduler with one worker, a thousand known to it at a time, as `segment` submits them.

python benchmarks/large_tasks.py 100000      # prints CPU milliseconds and kB for each task as JSON

Client, scheduler and worker are threads of one process: what all three cost is counted.
"""

import json
import sys
import time
from itertools import islice

from peak_memory import forget_peak, peak_mb

from custom.large.running import AHEAD


def empty_tasks(number: int) -> dict[str, float]:
    """What a task costs on the average."""
    from distributed import Client, LocalCluster, as_completed

    make = {"n_workers": 1, "threads_per_worker": 1, "processes": False, "dashboard_address": "127.0.0.1:0"}
    with LocalCluster(**make) as cluster, Client(cluster) as client:
        before, start, seconds = forget_peak(), time.process_time(), time.perf_counter()
        waiting = iter(range(number))
        running = as_completed([client.submit(int, one, pure=False) for one in islice(waiting, AHEAD)])
        for future in running:
            future.release()
            for one in islice(waiting, 1):
                running.add(client.submit(int, one, pure=False))
        grown = peak_mb() - before
        cpu_ms, wall_ms = 1000 * (time.process_time() - start) / number, 1000 * (time.perf_counter() - seconds) / number
    return {"tasks": number, "cpu_ms_each": cpu_ms, "ms_each": wall_ms, "grown_mb": grown}


if __name__ == "__main__":
    print(json.dumps(empty_tasks(int(sys.argv[1]))))
