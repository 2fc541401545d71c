"""What the application refuses; needs the environment of deploy/requirements.txt, which UNET_BUNDLE_DEPLOY_PYTHON names."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch

from custom.export import export_bundle
from custom.networks import UNet

REPO = Path(__file__).parents[2]
PYTHON = os.environ.get("UNET_BUNDLE_DEPLOY_PYTHON", "")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON, reason="UNET_BUNDLE_DEPLOY_PYTHON does not name a Python with the App SDK"),
]


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    torch.save(UNet(in_channels=1).state_dict(), folder / "flair.pt")
    return export_bundle(folder / "flair.pt", folder / "dist", overlays=[REPO / "bundle/configs/flair.json"]) / "models"


def refusal(tmp_path: Path, series_dir: Path, model: Path) -> str:
    """The last line of a run that must fail and write nothing."""
    (tmp_path / "out").mkdir()
    command = [PYTHON, str(REPO / "deploy/app.py"), "-i", str(series_dir), "-o", str(tmp_path / "out"), "-m", str(model)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "out").iterdir())
    return done.stderr.splitlines()[-1]


def test_a_ct_series_is_one_line_and_writes_nothing(write_series, tmp_path, models):
    series_dir = write_series(np.random.default_rng(0).integers(0, 99, (4, 16, 16)), Modality="CT")
    line = refusal(tmp_path, series_dir, models / "model.ts")
    assert line.startswith(f"app.py: {series_dir}/IM") and line.endswith("the model takes MR, name a FLAIR series")


def test_a_slice_that_the_sdk_would_leave_out_is_one_line(write_series, tmp_path, models):
    series_dir = write_series(np.random.default_rng(0).integers(0, 99, (4, 16, 16)))
    (series_dir / "IM0002.dcm").write_bytes(b"")
    assert "IM0002.dcm: cannot be read as DICOM" in refusal(tmp_path, series_dir, models / "model.ts")


def test_a_model_without_configs_is_one_line(write_series, tmp_path, models):
    series_dir = write_series(np.random.default_rng(0).integers(0, 99, (4, 16, 16)))
    assert "holds no configs; make one with python -m custom export" in refusal(tmp_path, series_dir, models / "model.pt")
