import logging
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from pkgutil import iter_modules

import numpy as np
import pytest
from PIL import Image

from custom import verbs
from custom.__main__ import main
from custom.verbs import MEANT, VERBS


def make_slice(folder: Path, values: tuple[int, int] = (0, 255)) -> None:
    """Of a patient a, and a sound one of a patient b."""
    for number, (name, told) in enumerate({"a": values, "b": (0, 0)}.items()):
        (folder / name).mkdir()
        Image.fromarray(np.arange(number, 48 + number, dtype=np.uint8).reshape(4, 4, 3)).save(folder / f"{name}/{name}_1.tif")
        Image.fromarray(np.resize(np.array(told, np.uint8), (4, 4))).save(folder / f"{name}/{name}_1_mask.tif")


def raising(error: BaseException) -> Callable[..., int]:
    def raised(arguments: Sequence[str]) -> int:
        raise error

    return raised


def wrapped(error: Exception) -> Exception:
    """As MONAI does with the errors of components."""
    outer = RuntimeError("Failed to instantiate component")
    outer.__cause__ = error
    return outer


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("init", "DATA is missing: folder of the images and their masks, as you got them; --help shows all"),
        ("segment", "IN, OUT are missing; --help shows all"),
        ("figure elastic", "--out, --image are missing; --help shows all"),
        ("init . --timing Maybe", "--timing must be one of 'True', 'False', got 'Maybe'"),
        ("predict . --workers many", "--workers must be a whole number, got 'many'"),
        ("check . --in-channels many", "--in-channels must be a whole number or none, got 'many'"),
        ("figure elastic --crop 1 2", "--crop needs 4 values: a part, in px"),
        (
            "predict . --checkpoint",
            "--checkpoint needs a value: a run, weights, or a list [RUN,RUN] (default: those of the bundle)",
        ),
        (
            "check . --in-channels",
            "--in-channels needs a value: channels that an image should have, or none to not ask (default: 3)",
        ),
        ("evaluate my run", "too much: run; put names with blanks in quotes, --help tells what it takes"),
        ("download mo\x1bon", "name must be one of 'lgg', got 'mo\\x1bon'"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exits_2(arguments: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments.split(" "))
    told = capsys.readouterr().err
    # Newer Pythons list choices without quotes.
    assert re.sub("'(True|False|lgg)'", r"\1", told.partition(": ")[2]) == re.sub("'(True|False|lgg)'", r"\1", line) + "\n"
    assert told.startswith(f"python -m custom {arguments.split()[0]}")


def test_a_misspelt_option_is_named_with_the_nearest_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["check", str(tmp_path), "--num_clases", "3", "--in-chanels=1"])
    assert capsys.readouterr().err == "python -m custom check: no option --num_clases; did you mean --num_classes?\n"


def test_bad_input_is_one_line_on_stderr_and_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "nowhere")]) == 2
    assert capsys.readouterr() == (
        "",
        f"python -m custom check: no folder '{tmp_path}/nowhere'; name one with images and labels\n",
    )


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (ValueError("size must be even, got 3"), 2, "size must be even, got 3"),
        (SystemExit("checkpoint: no file 'a\x1b.pt'"), 2, "checkpoint: no file 'a\\x1b.pt'"),
        (KeyError("depth"), 3, "KeyError: 'depth'; `python -m custom --debug …` shows where, for a report"),
        (wrapped(ValueError("lr must be above 0")), 2, "lr must be above 0"),
        (KeyboardInterrupt(), 130, "interrupted; nothing is half-written"),
    ],
)
def test_whatever_a_verb_raises_is_one_line(error, code, line, monkeypatch, capsys) -> None:
    monkeypatch.setattr("custom.verbs.settings.run", raising(error))
    assert main(["settings"]) == code
    assert capsys.readouterr() == ("", f"python -m custom settings: {line}\n")


def test_debug_before_the_verb_shows_where_an_error_came_from(monkeypatch, capsys) -> None:
    monkeypatch.setattr("custom.verbs.settings.run", raising(KeyError("depth")))
    assert main(["--debug", "settings"]) == 3
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("Traceback") and "in raised" in "".join(lines)
    assert lines[-1] == "python -m custom settings: KeyError: 'depth'"


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_without_a_verb_all_are_listed_with_an_example(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    for name, verb in VERBS.items():
        place = lines.index(f"  {name:<10}{verb.help}")
        assert lines[place + 1].strip() == verb.example


@pytest.mark.parametrize(("typed", "meant"), [("resume", "train --resume RUN"), ("list", "runs"), ("test", "evaluate RUN")])
def test_a_verb_of_other_programs_is_told_with_the_command_here(typed, meant, capsys) -> None:
    assert main([typed]) == 2
    assert capsys.readouterr().err == f"python -m custom: no verb '{typed}'; did you mean `python -m custom {meant}`?\n"


def test_each_verb_of_other_programs_leads_to_one_here() -> None:
    assert not MEANT.keys() & VERBS.keys() and {line.split()[0] for line in MEANT.values()} <= VERBS.keys()


def test_an_unknown_verb_is_one_line_with_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trian", "x"]) == 2
    assert capsys.readouterr().err == "python -m custom: no verb 'trian'; did you mean train?\n"


def test_the_version_is_that_of_the_bundle(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert re.fullmatch(r"unet-bundle \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_each_module_of_verbs_is_a_verb() -> None:
    assert {module.name for module in iter_modules(verbs.__path__)} == VERBS.keys()


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_of_its_own(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([verb, "--help"])
    assert capsys.readouterr().out.startswith(f"usage: python -m custom {verb} ")


def test_check_of_a_sound_set_exits_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_slice(tmp_path)
    assert main(["check", str(tmp_path)]) == 0
    assert capsys.readouterr().out.endswith("problems      0\n")


def test_check_exits_1_with_a_line_for_each_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_slice(tmp_path, (0, 2))
    assert main(["check", str(tmp_path), "--in-channels", "1"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-4].split() == ["problems", "3"]
    assert [line.split(": ")[0] for line in lines[-3:]] == ["a/a_1.tif", "a/a_1_mask.tif", "b/b_1.tif"]


@pytest.mark.parametrize("name", ["--input_channels", "--input-channels", "--in-channels"])
def test_check_takes_the_names_of_the_training_and_the_older_ones(name: str, tmp_path: Path) -> None:
    make_slice(tmp_path)
    assert main(["check", str(tmp_path), name, "1"]) == 1
    assert main(["check", str(tmp_path), name, "3"]) == 0


@pytest.mark.parametrize("name", ["--image_folder", "--image-folder", "--slices#image_folder"])
def test_check_takes_folders_under_the_names_of_the_training(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(tmp_path), name, "raw", "--slices#label_folder", "truth"]) == 2
    assert "raw" in capsys.readouterr().err


def test_a_wrong_number_for_check_is_refused_under_any_name(tmp_path: Path) -> None:
    for name in ("--input_channels", "--in-channels", "--num-classes"):
        with pytest.raises(SystemExit, match="2"):
            main(["check", str(tmp_path), name, "many"])


def test_check_takes_images_of_any_number_of_channels(tmp_path: Path) -> None:
    make_slice(tmp_path)
    Image.fromarray(np.eye(4, dtype=np.uint8)).save(tmp_path / "a/a_2.tif")
    Image.fromarray(np.eye(4, dtype=np.uint8)).save(tmp_path / "a/a_2_mask.tif")
    assert main(["check", str(tmp_path)]) == 1
    assert main(["check", str(tmp_path), "--input_channels", "none"]) == 0


def test_check_takes_the_number_of_classes(tmp_path: Path) -> None:
    make_slice(tmp_path, (0, 2))
    assert main(["check", str(tmp_path), "--num-classes", "3"]) == 0


def test_an_export_does_not_tell_that_there_is_no_decoder_for_gpus(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monai.data import nvimgcodec_pydicom_plugin as plugin

    monkeypatch.setattr(plugin._logger, "level", logging.WARNING)  # given back after the test
    (tmp_path / "broken.pt").write_bytes(b"no weights")
    assert main(["export", "--checkpoint", str(tmp_path / "broken.pt"), "--out", str(tmp_path / "dist")]) == 2
    plugin.register_as_decoder_plugin()
    assert "nvImageCodec" not in caplog.text


def test_a_download_that_fails_exits_2_in_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "kagglehub", None)
    assert main(["download", "lgg"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("python -m custom download: kagglehub is missing") and captured.err.count("\n") == 1


def test_predict_without_its_libraries_says_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "highdicom", None)
    (tmp_path / "slice.dcm").write_bytes(b"")
    assert main(["predict", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert 'pip install "unet-bundle[dicom]"' in capsys.readouterr().err


def test_as_a_program_check_runs_without_torch(tmp_path: Path) -> None:
    make_slice(tmp_path, (0, 7))
    # A None in sys.modules makes an import of that name fail.
    code = f"""
import sys, runpy
sys.modules["torch"] = sys.modules["monai"] = None
sys.argv = ["custom", "check", {str(tmp_path)!r}]
runpy.run_module("custom", run_name="__main__")
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    assert (
        done.stdout.splitlines()[-1]
        == "a/a_1_mask.tif: wrong mask values 0, 7; expected 0 and 1, or 0 and 255; of a mask save 7 as 1"
    )
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        ("export", "custom.export"),
        ("quantize", "custom.export"),
        ("record", "custom.export"),
        ("calibrate", "custom.runs.calibrate"),
        ("segment a.tif b.zarr", "custom.large"),
    ],
)
def test_weights_that_are_missing_are_told_before_torch_is_needed(
    arguments: str, heavy: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, heavy, None)  # an import of it would fail
    assert main([*arguments.split(), "--checkpoint", "none.pt"]) == 2
    line = "checkpoint: no file 'none.pt'; train first, or name a run or its model.pt"
    assert capsys.readouterr().err == f"python -m custom {arguments.split()[0]}: {line}\n"


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; sys.modules['numpy'] = None; from custom.__main__ import main; main(['--help'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
