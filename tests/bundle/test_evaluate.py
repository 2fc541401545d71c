"""What an evaluation tells at its end."""

import shlex

import numpy as np
from PIL import Image

from custom.__main__ import main


def test_the_last_line_is_the_command_that_tells_the_scores(training, tmp_path, capsys):
    data = tmp_path / "data"
    data.mkdir()
    for number in range(4):
        pixels = np.random.default_rng(number).integers(0, 255, (48, 48)).astype(np.uint8)
        Image.fromarray(pixels).save(data / f"{number}.png")
        Image.fromarray((pixels > 128).astype(np.uint8)).save(data / f"{number}_mask.png")
    training("folder.json", run_name="mine", dataset_dir=str(data)).run()
    checkpoint = str(tmp_path / "runs" / "mine" / "model.pt")
    training("folder.json", "evaluate.json", run_name="scored", dataset_dir=str(data), checkpoint=checkpoint).run()
    *_, line = capsys.readouterr().out.splitlines()
    command = shlex.split(line.split("`")[1])
    assert command[-1] == str(tmp_path / "runs" / "scored")
    assert main(command[3:]) == 0
    assert f"{tmp_path}/runs/scored/scores.csv" in capsys.readouterr().out
