"""The start on SLURM that the documents show: the job script that it would hand in."""

import re
from pathlib import Path

import pytest

LARGE = Path(__file__).parents[2] / "bundle" / "docs" / "large.md"


def test_the_documented_cluster_hands_in_workers_of_one_thread_with_a_gpu_each():
    jobqueue = pytest.importorskip("dask_jobqueue", reason="dask-jobqueue is not installed: make segment-others")
    call = re.search(r"^cluster = SLURMCluster\((.*)\)$", LARGE.read_text(), re.MULTILINE)
    assert call is not None
    options = eval(f"dict({call[1]})")
    with jobqueue.SLURMCluster(**options, scheduler_options={"dashboard_address": ":0"}) as cluster:
        lines = cluster.job_script().splitlines()
    asked = [line for line in lines if line.startswith("#SBATCH")]
    for line in ("-n 1", "--cpus-per-task=1", "--mem=4G", "-t 04:00:00", "--gres=gpu:1"):
        assert f"#SBATCH {line}" in asked, asked
    assert "distributed.cli.dask_worker" in lines[-1]
    assert "--nthreads 1 --memory-limit 3.73GiB" in lines[-1], lines[-1]
    assert f"tcp://{cluster.scheduler_address.removeprefix('tcp://')}" in lines[-1]
