"""Commands and programs of the documents that really run, on tiny data in the place of the reader's."""

import numpy as np
import pytest
import tifffile
from documented import COMMANDS, ROOT, blocks

from custom.__main__ import main

# The folders that the documents name, and the channels of the images that belong there.
FOLDERS = {"/data/scans": 3, "/data/flair": 1, "/data/nuclei/images": 1, "/data/PhC-C2DH-U373/02": 1}
PREDICTIONS = [command for command in COMMANDS if command.words[2:4] == ["custom", "predict"] and command.words[4] in FOLDERS]


@pytest.fixture
def images(tmp_path):
    """A function that makes the folder of two small images that stands for one of the documents'."""

    def make(name: str) -> str:
        folder = tmp_path / "images"
        folder.mkdir()
        rng = np.random.default_rng(0)
        channels = FOLDERS[name]
        for index in range(2):
            pixels = rng.integers(0, 256, (48, 40, 3) if channels == 3 else (48, 40), dtype=np.uint8)
            tifffile.imwrite(folder / f"t{index:03}.tif", pixels, photometric="rgb" if channels == 3 else "minisblack")
        return str(folder)

    return make


@pytest.mark.parametrize("command", PREDICTIONS, ids=str)
def test_a_documented_prediction_writes_a_mask_for_each_image(command, images, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    words = [word for word in command.words[3:] if word not in ("--resume", "True")]
    words[1] = images(words[1])
    if "--output_dir" in words:
        del words[words.index("--output_dir") : words.index("--output_dir") + 2]
    assert main([*words, "--output_dir", str(tmp_path / "results"), "--device", "cpu"]) == 0
    assert sorted(path.name for path in (tmp_path / "results").glob("*_mask.*")) == ["t000_mask.tif", "t001_mask.tif"]


def test_the_documented_runs_predict_with_all_shipped_tasks():
    assert {word for command in PREDICTIONS for word in command.words} >= {"/data/scans", *FOLDERS}


def test_the_programs_of_own_program_run_and_say_what_their_comments_claim(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    for program in blocks((ROOT / "bundle/docs/own_program.md").read_text(), "python"):
        exec(compile(program, "own_program.md", "exec"), names)
    assert names["logits"].shape == (1, 2, 300, 420)
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["['background', 'FLAIR abnormality']", "0.5"]
