"""Ctrl-C and SIGTERM, sent to real programs: one line that says how to go on, and nothing half-written."""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from custom.storage.tables import read_rows

BUNDLE = Path(__file__).parents[2] / "bundle"
ENVIRONMENT = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}


def command(*program: str, **settings) -> list[str]:
    return [sys.executable, *program, *(text for name, value in settings.items() for text in (f"--{name}", str(value)))]


def training(root: Path, dataset_dir: Path, **settings) -> list[str]:
    tiny = {"epochs": 20, "batch_size": 2, "init_features": 2, "patch_size": 32, "val_fraction": 0.5, "device": "cpu"}
    run = ("-m", "monai.bundle", "run", "training", "--config_file", "configs/train.json")
    return command(*run, **tiny, bundle_root=root, dataset_dir=dataset_dir, run_name="mine", **settings)


def interrupt(program: list[str], number: int, begun: Callable[[], bool], group: bool = False) -> tuple[int, list[str]]:
    """The code of a program that is sent a signal once it has begun, and what it says from then on, progress aside."""
    with tempfile.TemporaryFile("w+") as said:
        with subprocess.Popen(
            program, cwd=BUNDLE, env=ENVIRONMENT, stdout=said, stderr=said, start_new_session=True
        ) as process:
            while not begun():
                assert process.poll() is None, "the program ended before it was interrupted"
                time.sleep(0.02)
            said.seek(0, os.SEEK_END)
            before = said.tell()
            (os.killpg if group else os.kill)(process.pid, number)
            process.wait(60)
        said.seek(before)
        rest = said.read()
    lines = [line.split("\r")[-1].strip() for line in rest.splitlines()]
    return process.returncode, [
        line for line in lines if line and not line.startswith(("train", "epoch", "predict", "Loading", "reading"))
    ]


def leftovers(folder: Path) -> list[Path]:
    return [path for path in folder.rglob(".*") if path.is_file()]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_training_says_the_command_that_goes_on_and_it_does(tiny_lgg, tmp_path, number):
    """With the workers of its DataLoader, as a terminal and a batch system do it."""
    run_dir = tmp_path / "runs" / "mine"
    code, lines = interrupt(
        training(tmp_path, tiny_lgg, num_workers=2), number, lambda: len(read_rows(run_dir / "history.csv")) > 1, group=True
    )
    assert code == 128 + number
    (line,) = lines
    told, _, again = line.partition("; go on with: ")
    epoch = torch.load(run_dir / "last.pt", weights_only=True)["epoch"]
    assert told == f"interrupted: {run_dir / 'last.pt'} is of epoch {epoch}"
    assert again == f"python -m monai.bundle run training --config_file {run_dir}/config.json --resume {run_dir}"
    assert not leftovers(run_dir)
    if number == signal.SIGINT:
        words = [sys.executable, *shlex.split(again)[1:]]
        done = subprocess.run(words, cwd=BUNDLE, env=ENVIRONMENT, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        assert [int(row["epoch"]) for row in read_rows(run_dir / "history.csv")] == list(range(1, 21))


@pytest.mark.slow
def test_an_interrupted_prediction_says_where_its_masks_are(tmp_path):
    images = tmp_path / "images"
    images.mkdir()
    for number in range(200):
        Image.fromarray(np.random.default_rng(number).integers(0, 255, (64, 64, 3), dtype=np.uint8)).save(
            images / f"{number}.png"
        )
    out = tmp_path / "out"
    program = command(
        "-m", "monai.bundle", "run", config_file="configs/inference.json", dataset_dir=images, output_dir=out, device="cpu"
    )  # fmt: skip
    code, lines = interrupt(program, signal.SIGINT, lambda: len(list(out.glob("*_mask.png"))) > 2)
    mend = f"go on with the same command and --resume True --output_dir {out}"
    assert (code, lines) == (130, [f"interrupted: what was done so far is in {out}; {mend}"])
    masks = sorted(out.glob("*_mask.png"))
    assert 2 < len(masks) < 200 and not leftovers(out)
    for path in masks:
        with Image.open(path) as mask:
            assert mask.size == (64, 64) and mask.convert("L").getextrema() is not None


@pytest.mark.slow
def test_two_processes_are_interrupted_with_one_line_of_ours(tiny_lgg, tmp_path):
    run_dir = tmp_path / "runs" / "mine"
    program = training(tmp_path, tiny_lgg, num_workers=0)
    program[1:2] = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2", "-m"]
    program[program.index("configs/train.json")] = "['configs/train.json','configs/multi_gpu_train.json']"
    code, lines = interrupt(program, signal.SIGINT, lambda: len(read_rows(run_dir / "history.csv")) > 1, group=True)
    assert code != 0
    ours = [line for line in lines if "go on with" in line]
    assert len(ours) == 1 and "python -m torch.distributed.run --standalone --nproc_per_node=2 -m monai.bundle run" in ours[0]
    assert not leftovers(run_dir)
