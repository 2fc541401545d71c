"""Many processes: a cluster of which a worker is killed."""

import os
import signal
import threading
import time
from contextlib import suppress

import dask
import distributed
import numpy as np
import psutil
import pytest
from large_images import noise, one_pass, stored, write_weights, write_zarr

from custom.large import segment
from custom.large.running import on_dask


@pytest.mark.slow
def test_two_workers_of_which_one_is_killed_give_the_result_of_one_pass(tmp_path):
    checkpoint, network = write_weights(tmp_path, instances=True)
    image = noise(170, 180)
    path, out = write_zarr(tmp_path / "in.zarr", image, "yx", chunks=(64, 64)), str(tmp_path / "out.zarr")
    kills = int(os.environ.get("KILLS", "1"))
    block = (64, 64) if kills == 1 else (16, 16)
    killed: list[int] = []

    def kill() -> None:
        """Kills a worker whenever a block is done."""
        before, rng = 9 if kills == 1 else 0, np.random.default_rng(0)
        while len(killed) < kills:
            time.sleep(0.02)
            done = len(list((tmp_path / "out.job").glob("*/0*")))
            workers = [one for one in psutil.Process().children() if "spawn_main" in " ".join(one.cmdline())]
            if done > before and len(workers) == 2:  # the one that was killed is back
                before, chosen = done, rng.choice(workers).pid
                with suppress(ProcessLookupError):
                    os.kill(chosen, signal.SIGKILL)
                    killed.append(chosen)

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    result = segment(path, out, checkpoint=checkpoint, workers=2, block=block)
    while result.failed:  # three kills may meet one block
        result = segment(path, out, checkpoint=checkpoint, workers=2, block=block)
    _, labels, instances = one_pass(network, image[None])
    assert len(killed) == kills
    assert np.array_equal(stored(out, "labels/segmentation/0"), labels)
    assert np.array_equal(stored(out, "labels/instances/0"), instances)


def test_a_cluster_that_has_lost_its_workers_for_good_is_one_line():
    with (
        dask.config.set({"distributed.scheduler.no-workers-timeout": "100ms"}),
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=":0", silence_logs=50) as cluster,
        distributed.Client(cluster) as client,
        pytest.raises(ValueError, match=r"^scheduler: no worker is left; what is done stays"),
    ):
        on_dask(client, "nowhere", "logits", [0, 1])
