"""multi_gpu_train.json under torchrun, with two processes on CPU."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from custom.storage.tables import read_rows

BUNDLE = Path(__file__).parents[2] / "bundle"
SETTINGS = {
    "epochs": 2,
    "batch_size": 4,
    "init_features": 2,
    "patch_size": 32,
    "val_fraction": 0.5,
    "device": "cpu",
    "lr": 0.01,
}


def train(program: list[str], configs: str, root: Path, **settings) -> None:
    options = [
        text for name, value in {**SETTINGS, "bundle_root": root, **settings}.items() for text in (f"--{name}", str(value))
    ]
    command = [sys.executable, *program, "-m", "monai.bundle", "run", "training", "--config_file", configs, *options]
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=BUNDLE, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_two_processes_train_as_one_does(tiny_lgg, tmp_path):
    train([], "configs/train.json", tmp_path, run_name="one", dataset_dir=tiny_lgg)
    two = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]
    overlaid = "['configs/train.json','configs/multi_gpu_train.json']"
    train(two, overlaid, tmp_path, run_name="two", dataset_dir=tiny_lgg)

    first, second = (read_rows(tmp_path / "runs" / name / "history.csv") for name in ("one", "two"))
    assert [row["epoch"] for row in second] == ["1", "2"]
    assert [path.name for path in (tmp_path / "runs").iterdir() if path.is_dir()].count("two") == 1
    patients, others = (read_rows(tmp_path / "runs" / name / "patients.csv") for name in ("one", "two"))
    # The same patients with the same slices and truth, however they were dealt out.
    for column in ("patient_id", "slices", "truth_pixels"):
        assert [row[column] for row in patients] == [row[column] for row in others]
    for one, other in zip(first, second, strict=True):
        assert float(other["train_loss"]) == pytest.approx(float(one["train_loss"]), rel=0.1)
    names = torch.load(tmp_path / "runs" / "two" / "model.pt", weights_only=True).keys()
    assert names == torch.load(tmp_path / "runs" / "one" / "model.pt", weights_only=True).keys()

    command = [sys.executable, "-m", "custom", "evaluate", str(tmp_path / "runs" / "two")]  # without torchrun
    done = subprocess.run(command, cwd=BUNDLE, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    rows = read_rows(tmp_path / "runs" / "two" / "evaluation" / "patients.csv")
    assert [row["patient_id"] for row in rows] == [row["patient_id"] for row in patients]


@pytest.mark.slow
def test_fewer_images_than_processes_are_one_line_and_write_nothing(tiny_lgg, tmp_path):
    two = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc_per_node=2",
        "-m",
        "monai.bundle",
        "run",
        "training",
    ]
    data = tmp_path / "data"
    for number, patient in enumerate(sorted(tiny_lgg.iterdir())[:2]):
        (data / patient.name).mkdir(parents=True)
        for path in sorted(patient.iterdir())[: 2 if number else None]:  # one slice with its mask, or all
            (data / patient.name / path.name).write_bytes(path.read_bytes())
    options = [
        f"--{name}={value}" for name, value in {**SETTINGS, "bundle_root": tmp_path, "dataset_dir": data, "seed": 1}.items()
    ]
    configs = "--config_file=['configs/train.json','configs/multi_gpu_train.json']"
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([*two, configs, *options], cwd=BUNDLE, env=environment, capture_output=True, text=True, timeout=300)
    lines = [line for line in done.stderr.splitlines() if line.startswith("1 images to ")]
    assert done.returncode != 0 and "[rank" not in done.stderr
    assert len(lines) == 1 and lines[0].endswith("start 1 (--nproc_per_node=1), or give more images")
    assert not (tmp_path / "runs").exists()
