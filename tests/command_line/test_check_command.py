"""The command that is recommended after bad data."""

import shlex

from PIL import Image

from custom.__main__ import main
from custom.command_line.check_command import DEFAULTS, check_command


def test_what_is_the_default_is_left_out():
    assert check_command("/data/mine") == check_command("/data/mine", **DEFAULTS) == "python -m custom check /data/mine"
    assert check_command("/data", ignore_label=None, epochs=3, instances=False) == "python -m custom check /data"


def test_the_own_settings_of_a_run_are_named():
    given = {"input_channels": 1, "num_classes": 3, "instances": True, "image_folder": "imgs", "label_suffix": "_seg"}
    assert check_command("/data", **given) == (
        "python -m custom check /data --input_channels 1 --num_classes 3 --instances --image_folder imgs --label_suffix _seg"
    )


def test_any_number_of_channels_is_said_to_be_right():
    assert check_command("/data", input_channels=None) == "python -m custom check /data --input_channels none"


def test_a_shell_reads_each_word_as_it_was_meant():
    folder, suffix = "/data/it's; rm -r $HOME", "_seg mask"
    assert shlex.split(check_command(folder, label_suffix=suffix))[4:] == [folder, "--label_suffix", suffix]
    assert shlex.split(check_command("-data", image_suffix="--x"))[4:] == ["./-data", "--image_suffix=--x"]


def test_the_verb_takes_the_command(tmp_path, capsys):
    command = check_command(tmp_path, input_channels=1, num_classes=2, instances=True, image_suffix="-0", label_suffix="_x")
    assert main(shlex.split(command)[3:]) == 2  # an empty folder, and no wrong usage, which ends the program
    assert "usage" not in capsys.readouterr().err


def test_images_of_any_number_of_channels_are_checked_as_such(tmp_path, capsys):
    for number, mode in enumerate(("L", "RGB")):
        Image.new(mode, (6, 8), number + 1 if mode == "L" else (1, 2, 3)).save(tmp_path / f"{number}.png")
        Image.new("L", (6, 8), 1).save(tmp_path / f"{number}_mask.png")
    command = check_command(tmp_path, input_channels=None)
    assert command == f"python -m custom check {tmp_path} --input_channels none"
    assert main(shlex.split(command)[3:]) == 0
    assert main(["check", str(tmp_path), "--input_channels", "1"]) == 1
    assert "1.png: wrong channel count 3, expected 1" in capsys.readouterr().out


def test_files_without_a_partner_are_left_out_as_a_training_leaves_them_out(tmp_path, capsys):
    for name in ("1.png", "1_mask.png", "2.png", "2_mask.png", "alone.png"):
        Image.new("L", (6, 8), 1).save(tmp_path / name)
    command = check_command(tmp_path, input_channels=1, only_pairs=True)
    assert command.endswith("--only_pairs") and main(shlex.split(command)[3:]) == 0
    assert "left out      1 without a partner, as you asked" in capsys.readouterr().out
    assert main(["check", str(tmp_path), "--input_channels", "1", "--slices#only_pairs", "True"]) == 0
    assert main(["check", str(tmp_path), "--input_channels", "1", "--only-pairs", "False"]) == 1
    assert "alone.png: missing mask" in capsys.readouterr().out
