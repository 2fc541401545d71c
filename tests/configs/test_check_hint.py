"""After bad data comes the command that checks them as the run would read them."""

import shlex

import numpy as np
import pytest
from monai.bundle import ConfigParser
from PIL import Image

from custom.__main__ import main
from custom.bundle_root import bundle_root


@pytest.mark.parametrize(
    ("task", "kind"), [("folder.json", ["--num_classes", "3"]), ("nuclei.json", ["--num_classes", "3", "--instances"])]
)
def test_the_command_has_the_runs_own_channels_classes_and_names(tmp_path, capsys, task, kind):
    for folder in ("my images", "truth"):
        (tmp_path / folder).mkdir()
        Image.fromarray(np.eye(8, dtype=np.uint8)).save(tmp_path / folder / "a.png")
    Image.fromarray(np.eye(9, dtype=np.uint8)).save(tmp_path / "truth" / "a.png")
    parser = ConfigParser()
    parser.read_config([str(bundle_root() / "configs" / name) for name in ("train.json", task)])
    changes = {"slices#image_folder": "my images", "slices#label_folder": "truth", "input_channels": 1, "num_classes": 3}
    parser.update({**changes, "dataset_dir": str(tmp_path)})
    with pytest.raises(SystemExit) as ended:
        parser.get_parsed_content("slices")
    *_, line = str(ended.value).splitlines()
    command = shlex.split(line.strip("`").removesuffix("` lists all that is wrong"))
    assert command[:4] == ["python", "-m", "custom", "check"]
    assert [word for word in command if word in kind] == kind
    assert main(command[3:]) == 1
    assert "truth/a.png: its shape differs from its image's: 9×9 against 8×8" in capsys.readouterr().out


def test_the_command_asks_for_no_number_of_channels_where_the_run_does_not(tmp_path, capsys):
    for name in ("images", "instances"):
        (tmp_path / name).mkdir()
        Image.fromarray(np.eye(8, dtype=np.uint8)).save(tmp_path / name / "a.png")
    Image.fromarray(np.eye(9, dtype=np.uint8)).save(tmp_path / "instances" / "b.png")
    parser = ConfigParser()
    parser.read_config([str(bundle_root() / "configs" / name) for name in ("train.json", "nuclei.json")])
    parser.update({"dataset_dir": str(tmp_path)})
    with pytest.raises(SystemExit) as ended:
        parser.get_parsed_content("slices")
    *_, line = str(ended.value).splitlines()
    command = shlex.split(line.strip("`").removesuffix("` lists all that is wrong"))
    assert main(command[3:]) == 1
    problems = capsys.readouterr().out.partition("problems")[2].splitlines()[1:]
    assert problems == ["instances/b.png: orphan mask: its image is missing"]


def test_labels_that_a_threshold_makes_classes_of_are_checked_as_masks(tmp_path, capsys):
    for folder in ("images", "labels"):
        (tmp_path / folder).mkdir()
        for name in "ab":
            values = np.eye(8, dtype=np.uint8) * 255 + (folder == "images") * np.uint8(name == "b")
            Image.fromarray(values).save(tmp_path / folder / f"{name}.png")
    (tmp_path / "labels" / "b.png").write_bytes(b"")
    parser = ConfigParser()
    parser.read_config([str(bundle_root() / "configs" / name) for name in ("train.json", "folder.json", "paper.json")])
    parser.update({"dataset_dir": str(tmp_path)})
    with pytest.raises(SystemExit) as ended:
        parser.get_parsed_content("slices")
    command = shlex.split(str(ended.value).splitlines()[-1].strip("`").removesuffix("` lists all that is wrong"))
    assert "--num_classes" not in command and main(command[3:]) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == ["problems      1", "labels/b.png: empty file (0 bytes); copy it again"]
