"""The verbs `train`, `evaluate` and `predict`: thin forwards to the configs."""

import json
import os
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from custom.__main__ import main
from custom.command_line.bundle_command import BundleCommand, as_typed
from custom.command_line.parser import Parser
from custom.init.timing import Cost, Counts
from custom.runs import run_folder
from custom.settings.rules import from_config
from custom.storage.tables import read_rows
from custom.verbs.train import SHORT, plan_for

TINY = ["--epochs", "1", "--init-features", "2", "--patch_size=32", "--device", "cpu"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four grey images with masks side by side."""
    folder = tmp_path_factory.mktemp("verbs") / "data"
    folder.mkdir()
    for number in range(4):
        pixels = np.random.default_rng(number).integers(0, 255, (48, 40)).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
        Image.fromarray((pixels > 128).astype(np.uint8)).save(folder / f"{number}_mask.png")
    return folder


@pytest.fixture(scope="module")
def run_dir(data: Path) -> Path:
    """The folder of a run that the verb trained."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(data.parent)  # where the plan is written
        words = ["train", str(data), *TINY, "--timing", "False", "--run_name", "mine", "--bundle_root", str(data.parent)]
        assert main(words) == 0
    return data.parent / "runs" / "mine"


def test_train_takes_a_folder_and_settings_in_either_spelling(run_dir: Path, data: Path) -> None:
    config = json.loads((run_dir / "config.json").read_text())
    assert (config["dataset_dir"], config["epochs"], config["init_features"], config["patch_size"]) == (str(data), 1, 2, 32)
    assert (run_dir / "model.pt").is_file()
    assert json.loads((data.parent / "data.json").read_text())["_desc_"]["num_classes"] == "labels hold 0 and 1: a mask"


def test_a_plan_of_another_folder_with_the_same_name_is_left_alone(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "mine" / "images of cells"
    for name, folder in (("", "other/images of cells"), ("_2", "mine/images of cells")):
        Path(f"images of cells{name}.json").write_text(json.dumps({"dataset_dir": str(tmp_path / folder)}))
    data.mkdir(parents=True)
    assert plan_for(data, {}) == Path("images of cells_2.json")
    assert "images of cells_2.json, which is here already" in capsys.readouterr().out


def test_evaluate_scores_a_run_in_its_own_folder(run_dir: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(run_dir), "--device", "cpu"]) == 0
    first, *_ = capfd.readouterr().out.splitlines()
    assert first.startswith("python -m monai.bundle run --config_file ") and f"--checkpoint {run_dir}/model.pt" in first
    scored = {row["patient_id"] for row in read_rows(run_dir / "evaluation" / "patients.csv")} - {"mean", "median"}
    assert scored == set(json.loads((run_dir / "split.json").read_text())["val"]["patients"])


def test_predict_takes_the_folder_of_a_run_as_its_weights(run_dir: Path, data: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = data.parent / "predicted"
    command = ["predict", str(data / "0.png"), "--checkpoint", str(run_dir), "--output-dir", str(out), "--device", "cpu"]
    assert main(command) == 0
    assert capfd.readouterr().out.splitlines()[0].startswith("python -m monai.bundle run --config_file ")
    assert np.unique(np.asarray(Image.open(out / "0_mask.png"))).tolist() in ([0], [255], [0, 255])


def test_a_folder_whose_name_looks_like_an_expression_is_not_run(run_dir: Path, data: Path, tmp_path, monkeypatch) -> None:
    named = tmp_path / "$__import__('os').environ.__setitem__('PLANTED', '1')"
    shutil.copytree(data, named)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PLANTED", raising=False)
    assert main(["predict", named.name, "--checkpoint", str(run_dir), "--output_dir", "$out", "--device", "cpu"]) == 0
    assert "PLANTED" not in os.environ and len(list((tmp_path / "$out").glob("*_mask.png"))) == 4


def test_a_command_is_shown_as_the_shell_takes_it() -> None:
    command = BundleCommand(("a.json", "b c.json"), {"epochs": 2, "run_name": "1", "names": ["x"]}, "training")
    assert shlex.split(str(command)) == [
        "python", "-m", "monai.bundle", "run", "training", "--config_file", "['a.json','b c.json']",
        "--epochs", "2", "--run_name", "'1'", "--names", "['x']",
    ]  # fmt: skip


@pytest.mark.parametrize(("value", "typed"), [("mine", "mine"), ("3", "'3'"), (3, "3"), (None, "None"), (True, "True")])
def test_a_text_that_looks_like_a_number_is_typed_with_quotes(value: object, typed: str) -> None:
    assert as_typed(value) == typed


def test_settings_may_stand_before_and_behind_the_data() -> None:
    parser = Parser()
    parser.add_argument("data", nargs="?")
    parser.add_argument("--config", nargs="+", default=[])
    options, settings = parser.parse_with_settings(
        "--epochs 3 here --lr=0.1 --config a b --slices#image-suffix _0 --average".split()
    )
    assert (options.data, options.config) == ("here", ["a", "b"])
    assert settings == {"epochs": 3, "lr": 0.1, "slices#image_suffix": "_0", "average": True}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("train nowhere", "no file or folder 'nowhere'"),
        ("train @data/list.csv", "list.csv' is no plan; name a plan (.json), or a folder"),
        ("train @data --epoch 3", "no setting epoch; did you mean epochs?"),
        ("train @data --epochs 0", "epochs must be a whole number from 1 to 1000000, got 0"),
        ("train @data --config nuclie", "no file 'nuclie'; did you mean nuclei?"),
        ("train --resume nowhere", "run: no folder 'nowhere'"),
        ("evaluate nowhere", "run: no folder 'nowhere'"),
        ("evaluate @data", "holds no model.pt yet"),
        ("predict nowhere", "no file or folder 'nowhere'"),
        ("predict @data/list.csv", "list.csv' is not in a format that is read (.nii.gz"),
        ("predict @data --checkpoint none.pt", "checkpoint: no file 'none.pt'"),
        ("predict @data --workers 0", "workers must be at least 1, got 0"),
        ("predict @data --workers 2 --scheduler tcp://a:1", "workers is for processes on this machine, and scheduler for a "),
        ("predict @data --zzz 0.5", "no setting zzz; bundle/docs/settings.md lists the settings"),
        ("predict @data --tresholds 0.5", "no setting tresholds; did you mean threshold?"),
    ],
)
def test_what_is_mistyped_is_one_line_before_torch_is_needed(
    arguments: str, message: str, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "monai.bundle", None)  # an import of it would fail otherwise
    (data / "list.csv").write_text("image,label\n0.png,0_mask.png\n")
    assert main(arguments.replace("@data", str(data)).split()) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1
    assert message in captured.err and captured.err.startswith(f"python -m custom {arguments.split()[0]}: ")


def test_a_folder_here_that_is_no_run_does_not_hide_a_run_of_its_name(run_dir: Path, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    assert run_folder("mine", run_dir.parents[1]) == run_dir
    assert run_folder("mine", tmp_path / "no_bundle") == Path("mine")


def test_predict_without_a_checkpoint_tells_whose_weights_it_takes(
    run_dir: Path, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BundleCommand, "run", lambda self: None)
    monkeypatch.setattr("custom.command_line.bundle_command.bundle_root", lambda *args, **more: data.parent)
    monkeypatch.setattr("custom.command_line.bundle_command.bundle_config", lambda root, name: f"bundle/configs/{name}.json")
    monkeypatch.setattr(BundleCommand, "check", lambda self: None)
    assert main(["predict", str(data / "0.png")]) == 0
    assert capsys.readouterr().err == "weights: those of the bundle; for others: --checkpoint mine\n"
    assert main(["predict", str(data / "0.png"), "--checkpoint", str(run_dir)]) == 0
    assert capsys.readouterr().err == ""


def test_folders_with_a_hash_are_predicted_from_and_into(run_dir: Path, data: Path, tmp_path: Path, monkeypatch) -> None:
    named = tmp_path / "set #1"
    shutil.copytree(data, named)
    monkeypatch.chdir(tmp_path)
    assert main(["predict", "set #1", "--checkpoint", str(run_dir), "--output_dir", "out #1", "--device", "cpu"]) == 0
    assert len(list((tmp_path / "out #1").glob("*_mask.png"))) == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out #1", "set #1"]


def test_a_hash_is_shown_as_monai_reads_it_as_such() -> None:
    *_, shown = shlex.split(str(BundleCommand(("a.json",), {"output_dir": "it's #1"})))
    assert shown.startswith("$") and "#" not in shown and from_config(shown) == "it's #1"


def test_a_plan_whose_data_were_moved_names_the_setting(tmp_path):
    plan = tmp_path / "mine.json"
    plan.write_text(json.dumps({"dataset_dir": str(tmp_path / "gone")}))
    with pytest.raises(ValueError, match=r"^dataset_dir: .*mine\.json names '.*gone', which is not there; name where the data"):
        BundleCommand((str(plan),), {}).check()
    BundleCommand((str(plan),), {"dataset_dir": str(tmp_path)}).check()


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf{}", "{}".encode("utf-16")])
def test_a_config_with_a_byte_order_mark_which_monai_does_not_read_is_named(tmp_path, content):
    (tmp_path / "mine.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"^config: .*mine\.json begins with a byte order mark, .* save it as UTF-8 without"):
        BundleCommand((str(tmp_path / "mine.json"),), {}).check()


@pytest.mark.parametrize(("words", "lines"), [([], 1), (["--timing", "False"], 0), (["--dataset_dir", "."], 0)])
def test_a_training_without_data_tells_how_long_it_takes_and_what_is_shorter(monkeypatch, capsys, words, lines) -> None:
    monkeypatch.setattr("custom.data.phantom.phantom_lgg", lambda: None)
    cost = Counts(400, 100, 25, 40, 40), Cost(7.0, 0.5, 0.0, 900.0)
    monkeypatch.setattr("custom.init.timing.measure", lambda *given: cost)
    monkeypatch.setattr(BundleCommand, "run", lambda self: None)
    assert main(["train", *words]) == 0
    told = capsys.readouterr().err.splitlines()
    assert len(told) == lines and all(
        "40 epochs on SIMULATED patients take about 2.5 h; a short training" in one for one in told
    )


def test_the_short_training_is_that_of_make_train() -> None:
    makefile = (Path(__file__).parents[2] / "Makefile").read_text()
    assert f"--config_file configs/train.json --run_name $(RUN) \\\n\t\t{SHORT}\n" in makefile
