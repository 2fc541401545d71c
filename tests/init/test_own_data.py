"""The commands of bundle/docs/own_data.md, run one after the other on a small set under DRIVE's names."""

import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from own_sets import photographs
from PIL import Image

from custom.__main__ import main

PAGE = Path(__file__).parents[2] / "bundle" / "docs" / "own_data.md"
SMALL = {
    "init": ["--init_features", "4", "--epochs", "4", "--val_interval", "4"],
    "train": ["--device", "cpu", "--bundle_root", "@here"],
    "predict": ["--device", "cpu", "--output_dir", "@here/predicted"],
    "evaluate": ["--device", "cpu"],
    "summary": [],
}


@pytest.mark.slow
def test_the_commands_of_the_page_lead_from_a_folder_to_masks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    photographs(tmp_path / "DRIVE", number=4)
    commands = re.findall(r"^python -m custom (.+)$", PAGE.read_text(), re.MULTILINE)
    assert [command.split()[0] for command in commands] == ["init", "train", "predict", "evaluate", "evaluate", "summary"]
    for command in commands:
        words = shlex.split(command.replace("/data/", f"{tmp_path}/").replace("bundle/runs", f"{tmp_path}/runs"))
        words = [f"{tmp_path}/runs/vessels" if word == "vessels" and words[0] != "train" else word for word in words]
        more = [word.replace("@here", str(tmp_path)) for word in SMALL[words[0]]]
        assert main([*words, *more]) == 0, command
    assert "mean" in capsys.readouterr().out.split("python -m custom summary")[-1]
    scored = (tmp_path / "runs" / "vessels" / "evaluation" / "patients.csv").read_text()
    assert [line.split(",")[0] for line in scored.splitlines()[1:5]] == ["01", "02", "03", "04"]
    assert json.loads((tmp_path / "DRIVE.json").read_text())["_desc_"]["epochs"] == "as you asked"
    masks = sorted((tmp_path / "predicted").glob("*_test_mask.tif"))
    assert [path.name[:2] for path in masks] == ["01", "02", "03", "04"]
    assert np.asarray(Image.open(masks[0])).shape == (64, 60)
