"""Many processes: a cluster of which a worker is killed."""

import os
import shutil
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from types import SimpleNamespace

import dask
import distributed
import numpy as np
import pytest
import torch
from distributed.core import Status
from distributed.nanny import Nanny
from distributed.utils import get_mp_context
from large_images import noise, one_pass, stored, write_weights, write_zarr

from custom.large import segment
from custom.large.blocks_shown import blocks_shown
from custom.large.cluster import check_versions, dask_client, worker_environment
from custom.large.running import on_dask
from custom.large.segment import _default_workers


@pytest.fixture
def quick_workers():
    """Workers are forked from a process that has imported what they need, so that fifty of them take minutes."""
    with dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"}):
        get_mp_context().set_forkserver_preload(["distributed", "custom.large.tasks"])
        yield


def test_workers_share_the_cores_unless_the_environment_says_how_many_threads(monkeypatch):
    monkeypatch.setattr("dask.system.cpu_count", lambda: 8)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert worker_environment(2)["OMP_NUM_THREADS"] == "4"
    assert worker_environment(9)["OMP_NUM_THREADS"] == "1"
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert worker_environment(2)["OMP_NUM_THREADS"] == worker_environment(2)["MKL_NUM_THREADS"] == "3"


def test_a_worker_starts_deaf_and_with_the_environment_that_keeps_its_memory_flat(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    for name in worker_environment(1).keys() - {"OMP_NUM_THREADS"}:
        monkeypatch.delenv(name, raising=False)
    with dask_client("local", 1) as client:
        (told,) = client.run(lambda: {**os.environ, "torch": str(torch.get_num_threads())}).values()
        (deaf,) = client.run(lambda: signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])).values()
        assert {name: told.get(name) for name in worker_environment(1)} == worker_environment(1)
        assert told["torch"] == "1"
        assert deaf  # to Ctrl-C, which a terminal sends to all processes of a command
        assert "MALLOC_TRIM_THRESHOLD_" not in told  # Dask's own, under which nothing that is freed is kept
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


@pytest.mark.slow
@pytest.mark.usefixtures("quick_workers")
def test_two_workers_of_which_one_is_killed_give_the_result_of_one_pass(tmp_path):
    checkpoint, network = write_weights(tmp_path, instances=True)
    image = noise(170, 180)
    path, out = write_zarr(tmp_path / "in.zarr", image, "yx", chunks=(64, 64)), str(tmp_path / "out.zarr")
    kills = int(os.environ.get("KILLS", "1"))
    block = (64, 64) if kills == 1 else (16, 16)
    killed: list[int] = []

    def kill() -> None:
        """Kills a worker whenever a block is done: one that has started, for Dask replaces no other."""
        before, rng = 9 if kills == 1 else 0, np.random.default_rng(0)
        while len(killed) < kills:
            time.sleep(0.02)
            done = len(list((tmp_path / "out.job").glob("*/0*")))
            processes = [nanny.process for nanny in list(Nanny._instances)]
            started = {one.pid for one in processes if one is not None and one.status == Status.running}
            waiting = sorted(started - {None, *killed})
            if done > before and waiting:
                before, chosen = done, int(rng.choice(waiting))
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
        on_dask(client, "nowhere", "job", "logits", [0, 1])


def test_jobs_on_one_scheduler_are_not_taken_for_each_other_nor_a_new_one_for_an_older_one_at_its_place(tmp_path):
    checkpoint, network = write_weights(tmp_path)
    images = [noise(150, 160, seed=seed) for seed in range(2)]
    paths = [write_zarr(tmp_path / f"{place}.zarr", image, "yx") for place, image in enumerate(images)]
    outs = [str(tmp_path / f"out-{place}.zarr") for place in range(2)]
    expected = [one_pass(network, image[None])[1] for image in images]

    def labels_of(path: str, out: str) -> np.ndarray:
        segment(path, out, checkpoint=checkpoint, scheduler=scheduler, block=(64, 64))
        return stored(out, "labels/segmentation/0")

    make = {"n_workers": 1, "threads_per_worker": 1, "processes": False, "protocol": "tcp://", "dashboard_address": ":0"}
    with distributed.LocalCluster(**make) as cluster, ThreadPoolExecutor() as threads:
        scheduler = cluster.scheduler_address
        for found, labels in zip(threads.map(labels_of, paths, outs), expected, strict=True):
            assert np.array_equal(found, labels)
        shutil.rmtree(outs[0])
        shutil.rmtree(tmp_path / "out-0.job")
        (tmp_path / "out-0.png").unlink()
        assert np.array_equal(labels_of(paths[1], outs[0]), expected[1])


def test_a_scheduler_without_workers_or_with_workers_of_other_versions_is_refused_in_one_line():
    make = {"n_workers": 0, "processes": False, "protocol": "tcp://", "dashboard_address": "127.0.0.1:0", "silence_logs": 50}
    with (
        distributed.LocalCluster(**make) as cluster,
        pytest.raises(ValueError, match=r"^scheduler 'tcp://[^\n]*' has no workers; start some$"),
        dask_client(cluster.scheduler_address, 1),
    ):
        pass
    others = SimpleNamespace(run=lambda told: {"tcp://10.0.0.2:1": told() | {"torch": "1.0"}})  # no second torch is here
    line = r"^scheduler 'here': worker tcp://10\.0\.0\.2:1 has torch 1\.0, not [^\n,]*; install the same versions$"
    with pytest.raises(ValueError, match=line):
        check_versions(others, "here")
    lacking = SimpleNamespace(run=lambda told: import_module("a_package_that_is_not_there"))
    line = r"^scheduler 'here': its workers cannot run this package: No module named [^\n]*; install the same versions there$"
    with pytest.raises(ValueError, match=line):
        check_versions(lacking, "here")


def test_there_are_no_more_workers_than_cores_that_this_process_may_use():
    cores = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(cores)})
        assert _default_workers(8) == max(1, torch.cuda.device_count())
    finally:
        os.sched_setaffinity(0, cores)


def test_a_lone_block_shows_what_is_being_done(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    path = write_zarr(tmp_path / "in.zarr", noise(40, 40), "yx")
    segment(path, str(tmp_path / "out.zarr"), checkpoint=write_weights(tmp_path)[0], scheduler="synchronous")
    told = capsys.readouterr().err
    assert "statistics:" in told and "predict:" in told


def test_without_a_terminal_plain_lines_tell_the_blocks_that_are_done(capsys):
    seconds = iter([0, 40, 40, 50, 50, 60, 60, 100, 100])
    with blocks_shown("predict", 8, lambda: next(seconds)) as one_done:
        for _ in range(4):
            one_done()
    assert capsys.readouterr().err.splitlines() == ["predict: block 1 of 8", "predict: block 4 of 8, 80 s left"]


@pytest.mark.slow
def test_a_cluster_that_closes_too_slowly_takes_nothing_back(monkeypatch):
    close = distributed.LocalCluster.close

    def late(cluster: distributed.LocalCluster, timeout: float | None = None) -> None:
        close(cluster, timeout)
        raise TimeoutError

    with dask_client("local", 1) as client:
        monkeypatch.setattr(distributed.LocalCluster, "close", late)
        done = client.submit(int, 7).result()
    assert done == 7
    with pytest.raises(TimeoutError, match="of a task"), dask_client("local", 1):
        raise TimeoutError("of a task")
