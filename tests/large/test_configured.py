"""`configs/large.json` over `inference.json`: what `python -m custom segment` does, with the settings of a config."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import zarr
from large_images import noise, one_pass, stored, write_weights, write_zarr

from custom import targets
from custom.command_line.bundle_command import BundleCommand

CONFIGS = Path(__file__).parents[2] / "bundle" / "configs"
FILES = tuple(str(CONFIGS / name) for name in ("inference.json", "large.json"))


def segment(image, out, checkpoint, **settings):
    bundle = {"meta_file": str(CONFIGS / "metadata.json"), "logging_file": str(CONFIGS / "logging.conf")}
    here = {"segmentation#scheduler": "synchronous", "segmentation#block": [64, 64], **settings}
    places = {"dataset_dir": str(image), "output_dir": str(out), "checkpoint": checkpoint}
    BundleCommand(FILES, {**places, **bundle, **here}).run()


def refused(*args, **settings):
    with pytest.raises(SystemExit) as ended:
        segment(*args, **settings)
    return str(ended.value)


def test_the_labels_are_those_of_one_pass_and_the_same_command_goes_on(tmp_path, capsys):
    checkpoint, network = write_weights(tmp_path, instances=True, min_size_px=4)
    image = noise(150, 170)
    path, out = write_zarr(tmp_path / "in.zarr", image, "yx"), tmp_path / "out.zarr"
    probabilities, labels, instances = one_pass(network, image[None], threshold=0.6, min_size_px=4)
    for _ in range(2):
        segment(path, out, checkpoint, threshold=0.6, probability_maps=True, instances=True)
        assert f"{out}, {instances.max()} objects" in capsys.readouterr().out
    assert np.array_equal(stored(out, "labels/segmentation/0"), labels)
    assert np.array_equal(stored(out, "labels/instances/0"), instances)
    assert np.array_equal(stored(out, "probabilities/0"), probabilities[:, 0])


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"dataset_dir": ""}, "dataset_dir must name an image, got ''"),
        ({"output_dir": ""}, "output_dir must name the OME-Zarr to write, got ''"),
        ({"output_dir": "out"}, "OUT must end in .zarr, got 'out'; take 'out.zarr'"),
        ({"average": True}, "average does not apply to images larger than memory; leave it out, or leave out large.json"),
        ({"segmentation#channel": 3}, "channel must lie in 0..0 for IN "),
        ({"segmentation#axes": "xy"}, "axes: IN "),
        ({"segmentation#image": "b.zarr"}, "dataset_dir and segmentation#image are both given; leave one out"),
        ({"block": [64, 64]}, "block is no setting of this config, and nothing in it refers to @block; did you mean segm"),
        ({"checkpoint": ""}, "checkpoint: no file ''; train first"),
        ({"device": "cpu"}, "device does not apply to images larger than memory; leave it out, or leave out large.json"),
        ({"segmentation#level": -1}, "segmentation#level must be a whole number from 0 to 1000000, got -1"),
        ({"segmentation#levle": 1}, "segmentation#levle is no argument of custom.targets.segment_configured; did you mean"),
        ({"segmentation#block": [64]}, "segmentation#block must be two whole numbers above 0, such as [512,1024], or none "),
        ({"init_features": 5}, "init_features must be 4, with which "),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_a_line_and_nothing_is_written(tmp_path, settings, line):
    checkpoint, _ = write_weights(tmp_path)
    places = {"image": write_zarr(tmp_path / "in.zarr", noise(40, 40), "yx"), "out": tmp_path / "out.zarr"}
    for name, setting in (("image", "dataset_dir"), ("out", "output_dir")):
        places[name] = settings.pop(setting, places[name]) if setting in settings else places[name]
    before = sorted(tmp_path.rglob("*"))
    assert refused(**places, **{"checkpoint": checkpoint, **settings}).startswith(line)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("written", "line"), [({"average": True}, "average does not apply"), ({"segmentation#ome_version": "0.4"}, "")]
)
def test_a_config_behind_large_json_is_checked_as_the_command_line_is(tmp_path, written, line):
    checkpoint, _ = write_weights(tmp_path)
    path, own = write_zarr(tmp_path / "in.zarr", noise(40, 40), "yx"), tmp_path / "own.json"
    own.write_text(json.dumps(written))
    bundle = {"meta_file": str(CONFIGS / "metadata.json"), "logging_file": str(CONFIGS / "logging.conf")}
    places = {"dataset_dir": path, "output_dir": str(tmp_path / "out.zarr"), "checkpoint": checkpoint}
    command = BundleCommand((*FILES, str(own)), {**bundle, **places, "segmentation#scheduler": "synchronous"})
    if not line:
        command.run()
        assert zarr.open_group(tmp_path / "out.zarr", mode="r").metadata.zarr_format == 2
        return
    with pytest.raises(SystemExit, match=line):
        command.run()
    assert not (tmp_path / "out.zarr").exists()


def test_options_of_the_command_line_are_told_by_their_names_in_the_config(tmp_path):
    checkpoint, _ = write_weights(tmp_path)
    path = write_zarr(tmp_path / "in.zarr", noise(2, 40, 40), "cyx")
    assert refused(path, tmp_path / "out.zarr", checkpoint).endswith("choose one with --segmentation#channel")


def test_several_weights_are_refused(tmp_path):
    checkpoint, _ = write_weights(tmp_path)
    path = write_zarr(tmp_path / "in.zarr", noise(40, 40), "yx")
    told = refused(path, tmp_path / "out.zarr", [checkpoint, checkpoint])
    assert told == "checkpoint must name one file of weights for images larger than memory, got 2"


def test_without_dask_a_line_says_what_to_install(tmp_path, monkeypatch):
    checkpoint, _ = write_weights(tmp_path)
    path = write_zarr(tmp_path / "in.zarr", noise(40, 40), "yx")
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delattr(targets, "segment_configured", raising=False)
    assert refused(path, tmp_path / "out.zarr", checkpoint) == 'dask or zarr is missing: pip install "unet-bundle[large]"'


def test_blocks_that_fail_are_named_and_the_code_is_1(tmp_path, capsys):
    checkpoint, _ = write_weights(tmp_path)
    path = write_zarr(tmp_path / "in.zarr", noise(150, 170), "yx", chunks=(64, 64))
    (chunk,) = Path(path, "0", "c", "1").glob("1")
    chunk.write_bytes(b"no chunk")
    assert refused(path, tmp_path / "out.zarr", checkpoint) == "1"
    assert "blocks failed; the same command does only what is missing" in capsys.readouterr().err


def test_an_image_is_named_by_its_url(tmp_path, capsys):
    checkpoint, _ = write_weights(tmp_path)
    path = write_zarr(tmp_path / "in.zarr", noise(40, 40), "yx")
    segment(f"file://{path}", tmp_path / "out.zarr", checkpoint)
    assert stored(tmp_path / "out.zarr", "labels/segmentation/0").shape == (40, 40)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_is_one_line_and_the_same_command_goes_on(tmp_path, number):
    checkpoint, network = write_weights(tmp_path)
    image = noise(300, 320)
    path, out = write_zarr(tmp_path / "in.zarr", image, "yx"), tmp_path / "out.zarr"
    files = "[" + ",".join(map(repr, FILES)) + "]"
    places = ["--dataset_dir", path, "--output_dir", str(out), "--checkpoint", checkpoint]
    words = [sys.executable, "-m", "monai.bundle", "run", "--config_file", files, *places]
    words += ["--segmentation#block", "[64,64]", "--segmentation#workers", "1"]
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    settings = {"cwd": CONFIGS.parent, "env": environment, "text": True}
    with subprocess.Popen(words, stderr=subprocess.PIPE, **settings) as process:
        while not list(tmp_path.glob("out.job/predict/*")):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 128 + number, told
    assert f"interrupted: what was done so far is in {out}; go on with the same command" in told
    assert "Traceback" not in told
    segment(path, out, checkpoint)
    assert np.array_equal(stored(out, "labels/segmentation/0"), one_pass(network, image[None])[1])
    assert zarr.open_group(out, mode="r")["0"].shape == image.shape
