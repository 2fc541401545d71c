"""A prediction that is interrupted, and goes on."""

import os
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from workflows import workflow

from custom.handlers.result_files import ResultFiles
from custom.networks import UNet

BUNDLE = Path(__file__).parents[2] / "bundle"
PATIENTS, SLICES = 4, 3


@pytest.fixture
def images(tmp_path):
    """Weights, and slices of some patients of noise."""
    torch.manual_seed(0)
    torch.save(UNet(init_features=2).state_dict(), tmp_path / "model.pt")
    rng = np.random.default_rng(0)
    for patient in range(PATIENTS):
        (tmp_path / "images" / f"p{patient}").mkdir(parents=True)
        for number in range(1, SLICES + 1):
            path = tmp_path / "images" / f"p{patient}" / f"p{patient}_{number}.tif"
            Image.fromarray(rng.integers(0, 256, (40, 48, 3), dtype=np.uint8)).save(path)
    return tmp_path


def settings(images, out, **override):
    return {
        "bundle_root": str(BUNDLE), "dataset_dir": str(images / "images"), "output_dir": str(images / out),
        "checkpoint": str(images / "model.pt"), "init_features": 2, "device": "cpu", **override,
    }  # fmt: skip


def predict(images, out, **override):
    workflow("infer", "inference.json", **settings(images, out, **override)).run()
    return contents(images / out)


def contents(folder):
    """The bytes of all files, and the lines of the record but for its order; not the report, which tells the time."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != "report.html"]
    files = {str(path.relative_to(folder)): path.read_bytes() for path in paths}
    return {**files, "predictions.jsonl": sorted(files["predictions.jsonl"].splitlines())}


@pytest.fixture
def stop_at(monkeypatch):
    """A function that lets something happen before the result of the n-th image is written."""

    def stop(number, happens):
        write, count = ResultFiles.write, iter(range(1000))

        def stopping(self, item, output):
            if next(count) == number:
                happens()
            return write(self, item, output)

        monkeypatch.setattr(ResultFiles, "write", stopping)

    return stop


def power_cut():
    raise RuntimeError("power cut")


@pytest.mark.parametrize("number", [0, 4, 11])
def test_a_prediction_that_breaks_off_goes_on_to_the_same_files(images, stop_at, monkeypatch, capsys, number):
    expected = predict(images, "whole")
    with monkeypatch.context():
        stop_at(number, power_cut)
        with pytest.raises(SystemExit, match="RuntimeError: power cut"):
            predict(images, "out")
    monkeypatch.undo()
    assert predict(images, "out", resume=True) == expected
    kept = number // SLICES * SLICES
    told = f"{PATIENTS * SLICES - kept} predicted{f', {kept} kept' if kept else ''}, 0 failed"
    assert told in capsys.readouterr().err


def test_nothing_is_predicted_again_when_all_is_there(images, capsys):
    expected = predict(images, "out")
    assert predict(images, "out", resume=True, num_workers=2) == expected
    assert "0 predicted, 12 kept, 0 failed" in capsys.readouterr().err


def test_with_processes_that_read_the_files_are_the_same(images):
    assert predict(images, "out", num_workers=2) == predict(images, "other")


def test_a_patient_of_which_a_slice_changed_is_predicted_again_and_others_are_not(images, capsys):
    predict(images, "out")
    Image.fromarray(np.random.default_rng(5).integers(0, 256, (40, 48, 3), dtype=np.uint8)).save(images / "images/p2/p2_1.tif")
    resumed = predict(images, "out", resume=True)
    assert "3 predicted, 9 kept, 0 failed" in capsys.readouterr().err
    assert resumed == predict(images, "whole")


def test_a_result_whose_image_broke_since_is_no_longer_there(images):
    predict(images, "out")
    (images / "images/p2/p2_1.tif").write_bytes(b"no image")
    with pytest.raises(SystemExit):
        predict(images, "out", resume=True)
    assert not (images / "out/p2/p2_1_mask.tif").exists() and (images / "out/p2/p2_2_mask.tif").exists()


def test_another_threshold_is_refused_in_one_line(images):
    before = predict(images, "out")
    with pytest.raises(SystemExit, match=r"^output_dir: [^\n]* other threshold \(0\.5, not 0\.3\); name another folder$"):
        predict(images, "out", resume=True, threshold=0.3)
    assert contents(images / "out") == before


def test_ctrl_c_is_one_line_that_tells_how_to_go_on(images, stop_at, monkeypatch, capfd):
    expected = predict(images, "whole")
    with monkeypatch.context():
        stop_at(7, lambda: os.kill(os.getpid(), signal.SIGINT))
        with pytest.raises(SystemExit) as exit_:
            predict(images, "out")
    assert exit_.value.code == 130
    mend = f"; go on with the same command and --resume True --output_dir {images / 'out'}\n"
    assert f"interrupted: what was done so far is in {images / 'out'}{mend}" in capfd.readouterr().err
    monkeypatch.undo()
    assert predict(images, "out", resume=True) == expected


def test_a_full_disk_is_one_line_and_ends_the_run(images):
    out = images / "out"
    out.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(out)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        with pytest.raises(SystemExit, match=r"^no space left on the disk of [^\n]*, then go on with --resume True [^\n]*$"):
            predict(images, "out", probability_maps=True)
        recorded = (out / "predictions.jsonl").read_text().count("\n") - 1
        assert recorded % SLICES == 0
        assert not list(out.rglob(".part-*"))
    finally:
        subprocess.run(["umount", str(out)], check=True)
