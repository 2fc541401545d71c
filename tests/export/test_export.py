"""A bundle made by the export verb, as others check it and as it runs where `custom` is not installed."""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from monai.bundle import (
    ConfigParser,
    ckpt_export,
    download,
    download_large_files,
    verify_metadata,
    verify_net_in_out,
)
from PIL import Image
from strangers import disguises
from workflows import workflow

from custom.__main__ import main
from custom.export import export_bundle
from custom.export.configs import resolve
from custom.export.trained_with import settings_of_training
from custom.export.zipped import write_zip
from custom.networks import UNet, read_record

REPO = Path(__file__).parents[2]
SHIPPED = REPO / "bundle" / "models" / "model.pt"
SMALL = {"init_features": 2, "num_classes": 3, "input_channels": 1}


def save_small(path: Path, **arguments) -> Path:
    torch.manual_seed(0)
    network = UNet(**{"in_channels": 1, "out_channels": 3, "init_features": 2, **arguments})
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), path)
    return path


def save_json(path: Path, content) -> Path:
    path.write_text(json.dumps(content))
    return path


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    """What a training of a small network with three classes left."""
    save_small(tmp_path / "runs" / "mine" / "model.pt")
    settings = {**SMALL, "dataset_dir": "/secret/place", "run_name": "mine", "device": "$print('code')", "epochs": 3}
    save_json(tmp_path / "runs" / "mine" / "config.json", settings)
    return tmp_path / "runs" / "mine"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle with the published weights."""
    return export_bundle(SHIPPED, tmp_path_factory.mktemp("export") / "dist")


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def exit_code_and_error(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    code = main(["export", *map(str, arguments)])
    captured = capsys.readouterr()
    assert captured.out == ""
    return code, captured.err


class Harmful:
    def __reduce__(self):
        return (print, ("this must never run",))


def of_another_architecture(path: Path) -> None:
    torch.save({"weight": torch.zeros(3)}, path)


def with_code(path: Path) -> None:
    path.write_bytes(pickle.dumps({"layer": Harmful()}, protocol=2))


def cut_off(path: Path) -> None:
    path.write_bytes(SHIPPED.read_bytes()[:5000])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Path.exists, "no file"),
        (of_another_architecture, r"is of another architecture: encoder.0.0.weight is missing; .* more"),
        (with_code, "is refused: it is broken, no file of torch.save, or holds more than tensors"),
        (cut_off, "is refused"),
    ],
)
def test_a_useless_checkpoint_is_one_line_and_leaves_nothing(tmp_path, capsys, make, message):
    make(tmp_path / "model.pt")
    before = files_below(tmp_path)
    code, error = exit_code_and_error(capsys, "--checkpoint", tmp_path / "model.pt", "--out", tmp_path / "dist")
    assert code == 2
    assert pytest.raises(ValueError, match=message).matches(ValueError(error))
    assert error.startswith("python -m custom export: checkpoint: ") and error.count("\n") == 1
    assert files_below(tmp_path) == before and not list(tmp_path.glob("*dist*"))


@pytest.mark.parametrize("occupied", ["full", "empty", "file", "link"])
def test_nothing_is_overwritten(tmp_path, capsys, occupied):
    out = tmp_path / "dist"
    if occupied in ("full", "empty"):
        out.mkdir()
    if occupied == "full":
        (out / "mine.txt").write_text("mine")
    if occupied == "file":
        out.write_text("mine")
    if occupied == "link":
        out.symlink_to(tmp_path / "nowhere")
    before = files_below(tmp_path)
    code, error = exit_code_and_error(capsys, "--checkpoint", SHIPPED, "--out", out)
    assert (code, error) == (2, f"python -m custom export: out: '{out}' exists, and nothing is overwritten; choose another\n")
    assert files_below(tmp_path) == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no file"),
        ("{cut", "is refused: it is neither JSON nor YAML"),
        ("[1]", "is refused: it holds no IDs"),
        ('{"epohcs": 3}', "sets 'epohcs', which is in no config of the bundle"),
        ('{"train#nothing#deeper": 3}', "'train#nothing#deeper' leads to nothing"),
        ('{"run": []}', "sets 'run'; a bundle is exported with settings, not with another program"),
    ],
)
def test_an_overlay_that_fits_nothing_is_one_line(tmp_path, capsys, content, message):
    overlay = tmp_path / "overlay.json"
    if content is not None:
        overlay.write_text(content)
    code, error = exit_code_and_error(capsys, "--checkpoint", SHIPPED, "--config", overlay, "--out", tmp_path / "dist")
    assert code == 2 and message in error
    assert error.startswith("python -m custom export: config: ") and error.count("\n") == 1
    assert not list(tmp_path.glob("*dist*"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--version", "next"], "version must be three numbers such as 1.2.3, got 'next'"),
        (["--version", "9.0.0"], "changes must tell what a user will notice in version 9.0.0"),
        (["--name", "../up"], "name must be letters, digits and underscores, got '../up'"),
        (
            ["--bundle", "/nowhere"],
            "bundle_root: no configs/train.json, inference.json and metadata.json below '/nowhere'; name a bundle",
        ),
        (
            ["--bundle_root", "/nowhere"],
            "bundle_root: no configs/train.json, inference.json and metadata.json below '/nowhere'; name a bundle",
        ),
    ],
)
def test_a_wrong_argument_is_one_line(tmp_path, capsys, arguments, message):
    code, error = exit_code_and_error(capsys, "--checkpoint", SHIPPED, "--out", tmp_path / "dist", *arguments)
    assert (code, error) == (2, f"python -m custom export: {message}\n")
    assert not list(tmp_path.iterdir())


def test_a_missing_onnx_is_one_line_and_leaves_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("custom.networks.onnx_model.find_spec", lambda name: None)
    code, error = exit_code_and_error(capsys, "--checkpoint", SHIPPED, "--out", tmp_path / "dist")
    assert (code, error) == (2, 'python -m custom export: onnx is missing: pip install "unet-bundle[onnx]"\n')
    assert not list(tmp_path.iterdir())


def test_a_folder_that_appears_meanwhile_is_not_replaced(tmp_path, monkeypatch):
    monkeypatch.setattr("custom.export.stage.write_zip", lambda root, path: (tmp_path / "dist").mkdir())
    with pytest.raises(ValueError, match="exists"):
        export_bundle(SHIPPED, tmp_path / "dist")
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_export_leaves_no_bundle(tmp_path, number):
    # On a busy machine an export may end before the signal is sent; then the next one is killed.
    codes = (killed_export(tmp_path / str(trial), number) for trial in range(5))
    trial, code = next((trial, code) for trial, code in enumerate(codes) if code)
    assert code in (143, -signal.SIGKILL)
    assert not (tmp_path / str(trial) / "dist").exists()
    assert number == signal.SIGKILL or not list((tmp_path / str(trial)).iterdir())


def killed_export(folder, number):
    """The exit code of an export into a folder that gets a signal while it writes."""
    folder.mkdir()
    command = [sys.executable, "-m", "custom", "export", "--checkpoint", str(SHIPPED), "--out", str(folder / "dist")]
    with subprocess.Popen(command, cwd=REPO, stderr=subprocess.DEVNULL) as export:
        while not list(folder.glob(".*_dist/unet_bundle/configs/metadata.json")):
            assert export.poll() is None, "the export ended before it wrote anything"
            time.sleep(0.005)
        export.send_signal(number)
    return export.returncode


def test_the_bundle_holds_what_the_zoo_wants_and_nothing_more(exported):
    files = files_below(exported)
    assert {"LICENSE", "large_files.yml", "docs/README.md", "docs/data_license.txt", "models/SHA256SUMS"} <= files
    assert {f"configs/{name}.json" for name in ("metadata", "inference", "train", "evaluate")} <= files
    assert {f"models/model.{suffix}" for suffix in ("pt", "ts", "onnx")} <= files
    package = {name.removeprefix("custom/") for name in files if name.startswith("custom/")}
    assert package == {name for name in files_below(REPO / "custom") if "__pycache__" not in name}
    assert {Path(name).suffix for name in package} == {".py", ".typed", ".html", ".css", ".js"}


def test_the_published_weights_and_configs_are_unchanged(exported):
    assert (exported / "models" / "model.pt").read_bytes() == SHIPPED.read_bytes()
    for name in ("train.json", "evaluate.json"):
        assert (exported / "configs" / name).read_text() == (REPO / "bundle" / "configs" / name).read_text()
    inference, published = (
        json.loads((root / "configs" / "inference.json").read_text()) for root in (exported, REPO / "bundle")
    )
    assert inference["record"].pop("otherwise")["temperature"] == read_record(SHIPPED)["temperature"]
    assert inference == published


def test_the_zip_holds_the_folder_and_its_bytes_depend_on_the_files_alone(exported, tmp_path):
    archive = next(exported.parent.glob("unet_bundle_v*.zip"))
    with zipfile.ZipFile(archive) as content:
        assert set(content.namelist()) == {f"unet_bundle/{name}" for name in files_below(exported)}
        content.extractall(tmp_path)
    assert (tmp_path / "unet_bundle" / "models" / "model.ts").read_bytes() == (exported / "models" / "model.ts").read_bytes()
    # Unpacked, its files have other times and come in another order.
    write_zip(tmp_path / "unet_bundle", tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


@pytest.mark.parametrize("name", ["../outside.txt", "unet_bundle/../../outside.txt", "/outside.txt"])
@pytest.mark.filterwarnings("ignore:No hash value provided:UserWarning")
def test_monai_refuses_a_zip_of_the_bundle_with_a_path_out_of_it(exported, tmp_path, name):
    (tmp_path / "bundles").mkdir()
    tampered = tmp_path / "bundles" / "unet_bundle.zip"  # where it lies once it was fetched
    shutil.copyfile(next(exported.parent.glob("unet_bundle_v*.zip")), tampered)
    with zipfile.ZipFile(tampered, "a") as archive:
        archive.writestr(name, "no")
    with pytest.raises(ValueError, match="Unsafe path detected in archive"):
        download(name="unet_bundle", url="https://example.org/unet_bundle.zip", bundle_dir=str(tmp_path / "bundles"))
    assert not [path for path in tmp_path.rglob("outside.txt")]


def test_each_weight_file_has_its_digest(exported):
    lines = (exported / "models" / "SHA256SUMS").read_text().splitlines()
    listed = ConfigParser.load_config_file(str(exported / "large_files.yml"))["large_files"]
    assert [line.split()[1] for line in lines] == ["model.pt", "model.ts", "model.onnx"]
    for line, entry in zip(lines, listed, strict=True):
        digest, name = line.split()
        assert sha256((exported / "models" / name).read_bytes()).hexdigest() == digest == entry["hash_val"]
        assert entry["path"] == f"models/{name}"
    download_large_files(str(exported))


def test_the_zoos_checks_pass(exported, tmp_path):
    metadata, inference = (str(exported / "configs" / name) for name in ("metadata.json", "inference.json"))
    schema = REPO / "tests" / "bundle" / "meta_schema.json"
    digest = sha256(schema.read_bytes()).hexdigest()
    verify_metadata(meta_file=metadata, filepath=str(schema), hash_val=digest, hash_type="sha256")
    for config in ("inference.json", "train.json"):
        verify_net_in_out(
            net_id="network_def", meta_file=metadata, config_file=str(exported / "configs" / config), device="cpu"
        )
    ckpt_export(
        net_id="network_def",
        filepath=str(tmp_path / "verify_model.ts"),
        ckpt_file=str(exported / "models" / "model.pt"),
        meta_file=metadata,
        config_file=inference,
    )
    assert (tmp_path / "verify_model.ts").is_file()
    content = json.loads(Path(metadata).read_text())
    assert content["version"] in content["changelog"]
    assert content["pytorch_version"] == torch.__version__.split("+")[0]


@pytest.mark.parametrize(("names", "kind"), [(["train"], "train"), (["train", "evaluate"], "train"), (["inference"], "infer")])
def test_all_properties_of_a_workflow_are_there(exported, tiny_lgg, tmp_path, names, kind):
    dataset = {"dataset_dir": str(tiny_lgg), "bundle_root": str(tmp_path)}
    # The published split.json names none of the tiny set's patients: there would be none to train on.
    dataset["checkpoint"] = str(exported / "models" / "model.pt") if kind == "infer" else ""
    files = [exported / "configs" / f"{name}.json" for name in names]
    assert workflow(kind, *files, **dataset).check_properties() == []


@pytest.mark.parametrize("padding", [True, False])
def test_torchscript_and_onnx_compute_what_the_network_does(tmp_path, padding):
    torch.manual_seed(0)
    network = UNet(1, 3, 2, padding=padding).eval()
    torch.save(network.state_dict(), tmp_path / "model.pt")
    overlay = save_json(tmp_path / "overlay.json", {**SMALL, "padding": padding})
    models = export_bundle(tmp_path / "model.pt", tmp_path / "dist", overlays=[overlay]) / "models"
    session = onnxruntime.InferenceSession(models / "model.onnx")
    for batch, size in ((1, (188, 204)), (2, (236, 188))) if not padding else ((1, (45, 50)), (3, (17, 96))):
        image = torch.randn(batch, 1, *size)
        with torch.no_grad():
            expected = network(image)
            assert torch.allclose(torch.jit.load(models / "model.ts")(image), expected, atol=1e-4)
        answer = torch.from_numpy(session.run(["pred"], {"image": image.numpy()})[0])
        assert torch.allclose(answer, expected, atol=1e-4)
    if padding:
        assert not list((tmp_path / "dist").rglob("split.json"))


def test_torchscript_carries_the_configs_that_deploy_reads(exported):
    extra = {"metadata.json": "", "inference.json": ""}
    torch.jit.load(exported / "models" / "model.ts", _extra_files=extra)
    written = {name: json.loads((exported / "configs" / name).read_text()) for name in extra}
    carried = {name: json.loads(content) for name, content in extra.items()}
    assert carried["metadata.json"] == written["metadata.json"]
    record, channels = (carried["inference.json"].pop(name) for name in ("record", "channels"))
    kept = {key: value for key, value in written["inference.json"].items() if key not in ("record", "channels")}
    assert carried["inference.json"] == kept
    assert record["input_channels"] == 3 and channels == {"_target_": "Identityd", "keys": "image"}


def test_the_config_in_torchscript_needs_no_file_of_weights(tmp_path, monkeypatch):
    checkpoint = save_small(tmp_path / "flair" / "model.pt", out_channels=1)
    overlay = REPO / "bundle" / "configs" / "flair.json"
    root = export_bundle(checkpoint, tmp_path / "dist", overlays=[overlay])
    extra = {"inference.json": ""}
    torch.jit.load(root / "models" / "model.ts", _extra_files=extra)
    monkeypatch.chdir(tmp_path)
    save_small(tmp_path / "models" / "model.pt", in_channels=3)  # of somebody else, where the config would look
    carried = json.loads(extra["inference.json"])
    for name in ("channels", "preprocessing", "postprocessing", "inferer"):
        assert "custom.targets" not in json.dumps(carried[name]), "it needs libraries that MONAI Deploy has not"
    parser = ConfigParser(carried)
    assert parser.get_parsed_content("num_classes") == 1 and parser.get_parsed_content("largest_object") is True
    assert parser.get_parsed_content("preprocessing").flatten().transforms[2].channel == 1


def test_no_file_tells_where_it_was_made(exported):
    for path in exported.rglob("*"):
        if path.is_file() and path.suffix != ".ts":
            assert str(REPO).encode() not in path.read_bytes(), path
    with zipfile.ZipFile(exported / "models" / "model.ts") as archive:
        for name in archive.namelist():
            assert b"site-packages" not in archive.read(name) and str(REPO).encode() not in archive.read(name), name


def test_a_training_is_exported_with_its_settings_and_without_its_paths(run_dir, tmp_path):
    root = export_bundle(run_dir / "model.pt", tmp_path / "dist", version="0.2.0", changes="three classes", name="cells")
    for name in ("train.json", "inference.json"):
        config = json.loads((root / "configs" / name).read_text())
        parser = ConfigParser({**config, "bundle_root": str(root)})
        assert {key: parser.get_parsed_content(key) for key in SMALL} == SMALL
        assert config["dataset_dir"] == "" and "secret" not in json.dumps(config)
        assert config["device"].startswith("$'cuda'")
    assert json.loads((root / "configs" / "train.json").read_text())["epochs"] == 3
    metadata = json.loads((root / "configs" / "metadata.json").read_text())
    image, pred = metadata["network_data_format"]["inputs"]["image"], metadata["network_data_format"]["outputs"]["pred"]
    assert (image["num_channels"], pred["num_channels"]) == (1, 3)
    assert pred["channel_def"] == {"0": "background", "1": "class 1", "2": "class 2"}
    assert metadata["changelog"]["0.2.0"] == "three classes" and "label_classes" not in metadata
    assert "nothing is said here" in (root / "docs" / "README.md").read_text()
    assert (tmp_path / "dist" / "cells_v0.2.0.zip").is_file()
    for name in ("train.json", "inference.json"):
        files = {"meta_file": "metadata.json", "config_file": name}
        verify_net_in_out(
            net_id="network_def", **{key: str(root / "configs" / file) for key, file in files.items()}, device="cpu"
        )


def test_last_pt_of_a_run_becomes_a_plain_state_dictionary(run_dir, tmp_path):
    state = torch.load(run_dir / "model.pt", weights_only=True)
    torch.save({"state": {"network": state}, "epoch": 2}, run_dir / "last.pt")
    root = export_bundle(run_dir / "last.pt", tmp_path / "dist")
    written = torch.load(root / "models" / "model.pt", weights_only=True)
    assert all(torch.equal(written[name], value) for name, value in state.items())


def test_the_papers_network_is_exported_with_metadata_that_its_sizes_fit(tmp_path):
    checkpoint = save_small(tmp_path / "model.pt", in_channels=1, out_channels=2, batch_norm=False)
    overlay = save_json(tmp_path / "small.json", {"init_features": 2, "_meta_#name": "the paper's"})
    overlays = [REPO / "bundle" / "configs" / "paper.json", overlay]
    root = export_bundle(checkpoint, tmp_path / "dist", overlays=overlays)
    metadata = json.loads((root / "configs" / "metadata.json").read_text())
    assert metadata["name"] == "the paper's"
    assert metadata["network_data_format"]["inputs"]["image"]["spatial_shape"] == ["16*n+172", "16*n+172"]
    assert metadata["network_data_format"]["outputs"]["pred"]["spatial_shape"] == ["16*n-12", "16*n-12"]
    train, inference = (json.loads((root / "configs" / name).read_text()) for name in ("train.json", "inference.json"))
    assert train["network_def"] == inference["network_def"] and train["network_def"]["dropout"] == 0.5
    assert train["optimizer"] == "SGD" and "optimizer" not in inference
    files = {"meta_file": "metadata.json", "config_file": "inference.json"}
    verify_net_in_out(net_id="network_def", **{key: str(root / "configs" / file) for key, file in files.items()}, device="cpu")


def test_the_configs_find_the_weights_that_are_exported_whatever_an_overlay_says(tmp_path):
    checkpoint = save_small(tmp_path / "flair.pt", out_channels=1, init_features=16)
    overlay = save_json(tmp_path / "elsewhere.json", {"checkpoint": "/secret/flair.pt"})
    root = export_bundle(checkpoint, tmp_path / "dist", overlays=[REPO / "bundle" / "configs" / "flair.json", overlay])
    for names in (["inference.json"], ["train.json", "evaluate.json"]):
        parser = ConfigParser()
        parser.read_config([str(root / "configs" / name) for name in names])
        parser["bundle_root"] = str(root)
        assert parser.get_parsed_content("input_channels") == 1
        assert parser.get_parsed_content("checkpoint") == str(root / "models" / "model.pt")


def test_code_in_the_config_of_a_run_runs_nowhere_and_goes_nowhere(run_dir, tmp_path):
    planted = tmp_path / "planted.txt"
    config = disguises(planted)
    save_json(run_dir / "config.json", {**config, "seed": 3})
    told = settings_of_training(run_dir / "model.pt")
    assert told["seed"] == 3 and told["init_features"] == 2
    assert set(told) & config.keys() == {"init_features"}
    root = export_bundle(run_dir / "model.pt", tmp_path / "dist")
    for path in root.rglob("*.json"):
        assert "planted" not in path.read_text() and "builtins" not in path.read_text(), path
    for name in ("train.json", "inference.json"):
        parser = ConfigParser(json.loads((root / "configs" / name).read_text()))
        parser["bundle_root"] = str(root)
        parser.get_parsed_content("settings") if name == "inference.json" else parser.get_parsed_content("network")
    assert not planted.exists()


def test_a_misspelt_name_in_the_config_of_a_run_is_one_line(run_dir, tmp_path, capsys):
    config = json.loads((run_dir / "config.json").read_text())
    save_json(run_dir / "config.json", {**config, "train": {}, "epoch": 5})
    code, error = exit_code_and_error(capsys, "--checkpoint", run_dir / "model.pt", "--out", tmp_path / "dist")
    assert code == 2 and "config.json is refused: epoch is no setting" in error and error.endswith("did you mean epochs?\n")
    assert error.count("\n") == 1 and not (tmp_path / "dist").exists()


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"output": {"classes": ["$open('planted', 'w')", "cell"]}}, "output.classes must be a list of names"),
        ({"network": {"upsample": "$open('planted', 'w')"}}, "network.upsample must be one of transposed"),
        ({"network": {"in_channels": {"_target_": "builtins.open"}}}, "network.in_channels must be a whole number"),
        ({"input": {"channels": {"name": "builtins.open"}}}, "names 'builtins.open', which only the config of their training"),
        ({"input": {"channels": {"name": "OneChanneld", "channel": "$1", "num_channels": 3}}}, "names 'OneChanneld'"),
        ({"network": []}, "network holds no names"),
        ({"schema": 2}, "is of schema 2, this version reads 1"),
        ({"weights": {"model.pt": "0"}}, "tells of other weights than"),
        ({"weights": None}, "is no record of weights"),
    ],
)
def test_a_record_of_somebody_else_is_data_or_one_line(run_dir, tmp_path, capsys, record, message):
    weights = {"model.pt": sha256((run_dir / "model.pt").read_bytes()).hexdigest()}
    save_json(run_dir / "model.json", {"schema": 1, "weights": weights, **record})
    code, error = exit_code_and_error(capsys, "--checkpoint", run_dir / "model.pt", "--out", tmp_path / "dist")
    assert code == 2 and message in error and error.count("\n") == 1
    assert not (tmp_path / "dist").exists()


def test_an_overlay_reaches_each_config_that_knows_its_ids():
    configs = {
        "train.json": {"lr": 1, "network_def": {"depth": 5}, "train": {"loss": 0}},
        "inference.json": {"network_def": {"depth": 5}, "preprocessing": {"transforms": []}},
    }
    transforms = [{"_target_": "A", "keys": ["image", "label"]}, {"_target_": "B", "keys": "label"}]
    overlay = {"network_def#depth": "@levels", "levels": 3, "lr": 2, "preprocessing": {"transforms": transforms}}
    resolved = resolve(configs, {"lr": 3, "unknown": 1}, {"overlay.json": overlay})
    assert resolved["train.json"] == {"lr": 2, "network_def": {"depth": "@levels"}, "train": {"loss": 0}, "levels": 3}
    assert resolved["inference.json"] == {
        "network_def": {"depth": "@levels"},
        "preprocessing": {"transforms": [{"_target_": "A", "keys": "image"}]},
        "levels": 3,
    }
    assert configs["train.json"]["lr"] == 1


# -S leaves out the .pth files through which an editable installation of `custom` would be found.
ISOLATED = """
import sys, runpy
sys.path.append({site!r})
import importlib.util
assert importlib.util.find_spec("custom") is None, "custom is installed"
sys.argv = ["monai.bundle", *{arguments!r}]
runpy.run_module("monai.bundle", run_name="__main__", alter_sys=True)
"""


def run_isolated(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    site = Path(torch.__file__).parents[1]
    if (site / "custom").exists():
        pytest.skip("custom is installed as a copy, which nothing can hide")
    code = ISOLATED.format(site=str(site), arguments=["run", *arguments])
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.slow
def test_an_exported_bundle_predicts_from_any_folder_where_custom_is_not_installed(exported, tmp_path):
    root = tmp_path / "moved" / "elsewhere"
    shutil.copytree(exported, root)
    (tmp_path / "images").mkdir()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (50, 61, 3), dtype=np.uint8)).save(tmp_path / "images" / "a.png")
    (tmp_path / "cwd").mkdir()
    done = run_isolated(
        tmp_path / "cwd",
        *("--config_file", str(root / "configs" / "inference.json"), "--bundle_root", str(root), "--device", "cpu"),
        *("--dataset_dir", str(tmp_path / "images"), "--output_dir", str(tmp_path / "out")),
    )
    assert done.returncode == 0, done.stderr
    assert files_below(tmp_path / "out") == {"a_mask.png", "a_overlay.png", "predictions.jsonl", "report.html"}
    assert not list((tmp_path / "cwd").iterdir())


@pytest.mark.slow
def test_an_exported_bundle_trains_from_any_folder_where_custom_is_not_installed(exported, tiny_lgg, tmp_path):
    root = tmp_path / "bundle"
    shutil.copytree(exported, root)
    tiny = {"epochs": 1, "patch_size": 32, "val_fraction": 0.5, "device": "cpu", "run_name": "first"}
    paths = {"config_file": root / "configs" / "train.json", "bundle_root": root, "dataset_dir": tiny_lgg}
    options = [text for name, value in {**tiny, **paths}.items() for text in (f"--{name}", str(value))]
    (tmp_path / "cwd").mkdir()
    done = run_isolated(tmp_path / "cwd", "training", *options)
    assert done.returncode == 0, done.stderr
    assert (root / "runs" / "first" / "model.pt").is_file()


def test_a_broken_split_beside_recorded_weights_is_not_exported(tmp_path, capsys):
    torch.save(UNet(init_features=2).state_dict(), tmp_path / "model.pt")
    assert main(["record", "--checkpoint", str(tmp_path / "model.pt")]) == 0
    (tmp_path / "split.json").write_text('{"train": {"patients": []}}')
    assert main(["export", "--checkpoint", str(tmp_path / "model.pt"), "--out", str(tmp_path / "dist")]) == 2
    line = f"checkpoint: {tmp_path}/split.json holds no split; take it from the run again, or remove it"
    assert capsys.readouterr().err == f"python -m custom export: {line}\n"
    assert not (tmp_path / "dist").exists()
