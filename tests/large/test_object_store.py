"""Object stores: what fsspec gives without a disk; and S3 by a real server, where one is installed (`make segment-others`)."""

import socket
import subprocess
import sys
import time
from importlib.util import find_spec

import fsspec
import numpy as np
import pytest
from large_images import noise, one_pass, stored, write_weights, write_zarr

from custom.large import segment
from custom.large.job import Job


def answers(port):
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def s3(monkeypatch):
    """The URL of a bucket of a server on the loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL
    )
    for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("ENDPOINT_URL", f"http://127.0.0.1:{port}")):
        monkeypatch.setenv(f"AWS_{name}", value)
    while not answers(port):
        assert server.poll() is None
        time.sleep(0.1)
    fsspec.filesystem("s3").mkdir("bucket")
    yield "s3://bucket"
    server.kill()
    server.wait()


@pytest.fixture
def memory():
    """The URL of a store in memory."""
    yield "memory://bucket"
    fsspec.filesystem("memory").rm("/bucket", recursive=True)


installed = pytest.mark.skipif(find_spec("moto") is None, reason="moto's server is not installed: make segment-others")


@pytest.mark.parametrize("store", ["memory", pytest.param("s3", marks=installed)])
def test_an_object_store_is_read_and_written_as_a_disk_is(store, request, tmp_path):
    url = request.getfixturevalue(store)
    checkpoint, network = write_weights(tmp_path, instances=True)
    image = noise(170, 180)
    path, out = write_zarr(f"{url}/in.zarr", image, "yx", chunks=(64, 64)), f"{url}/out.zarr"
    here = {"checkpoint": checkpoint, "scheduler": "synchronous", "block": (64, 64)}
    assert segment(path, out, **here).failed == []
    _, labels, instances = one_pass(network, image[None])
    assert np.array_equal(stored(out, "labels/segmentation/0"), labels)
    assert np.array_equal(stored(out, "labels/instances/0"), instances)
    job = Job(f"{url}/out.job")
    job.folder.files.rm(f"{job.folder.path}/number/000004")
    assert len(job.done("number")) == 8
    assert segment(path, out, **here).objects == [instances.max()]
    assert len(job.done("number")) == 9
    with pytest.raises(ValueError, match="was begun with other threshold"):
        segment(path, out, threshold=0.4, **here)
    if store == "s3":  # which tells full seconds
        time.sleep(1)
    write_zarr(path, noise(170, 180, seed=1), "yx", chunks=(64, 64))
    with pytest.raises(ValueError, match=r"was written anew at .*; name another OUT"):
        segment(path, out, **here)
