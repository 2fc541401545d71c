"""Many processes: a cluster of which a worker is killed."""

import os
import signal
import threading
import time

import numpy as np
import psutil
import pytest
from large_images import noise, one_pass, stored, write_weights, write_zarr

from custom.large import segment


@pytest.mark.slow
def test_two_workers_of_which_one_is_killed_give_the_result_of_one_pass(tmp_path):
    checkpoint, network = write_weights(tmp_path, instances=True)
    image = noise(170, 180)
    path, out = write_zarr(tmp_path / "in.zarr", image, "yx", chunks=(64, 64)), str(tmp_path / "out.zarr")
    killed: list[int] = []

    def kill() -> None:
        """Kills a worker as soon as a block is predicted."""
        while not list((tmp_path / "out.job" / "predict").glob("*")):
            time.sleep(0.02)
        workers = [one for one in psutil.Process().children() if "spawn_main" in " ".join(one.cmdline())]
        os.kill(workers[-1].pid, signal.SIGKILL)
        killed.append(workers[-1].pid)

    thread = threading.Thread(target=kill)
    thread.start()
    result = segment(path, out, checkpoint=checkpoint, workers=2, block=(64, 64))
    thread.join()
    _, labels, instances = one_pass(network, image[None])
    assert len(killed) == 1
    assert result.failed == []
    assert np.array_equal(stored(out, "labels/segmentation/0"), labels)
    assert np.array_equal(stored(out, "labels/instances/0"), instances)
