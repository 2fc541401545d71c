"""A training that is killed, as a batch system or a power cut does it."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from custom.tables import read_rows

BUNDLE = Path(__file__).parents[2] / "bundle"


def command(root: Path, dataset_dir: Path, **settings) -> list[str]:
    tiny = {"epochs": 30, "batch_size": 4, "init_features": 2, "patch_size": 32, "val_fraction": 0.5, "device": "cpu"}
    options = {**tiny, "bundle_root": root, "dataset_dir": dataset_dir, **settings}
    program = [sys.executable, "-m", "monai.bundle", "run", "training", "--config_file", "configs/train.json"]
    return [*program, *(text for name, value in options.items() for text in (f"--{name}", str(value)))]


@pytest.mark.slow
def test_a_killed_training_leaves_whole_files_and_is_resumed(tiny_lgg, tmp_path):
    run_dir = tmp_path / "runs" / "mine"
    with subprocess.Popen(
        command(tmp_path, tiny_lgg, run_name="mine"), cwd=BUNDLE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as training:
        while not (run_dir / "last.pt").is_file():
            assert training.poll() is None, "the training ended before it wrote a checkpoint"
            time.sleep(0.05)
        training.kill()
    assert len(read_rows(run_dir / "history.csv")) < 30

    done = subprocess.run(
        command(tmp_path, tiny_lgg, resume=run_dir), cwd=BUNDLE, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert [int(row["epoch"]) for row in read_rows(run_dir / "history.csv")] == list(range(1, 31))
