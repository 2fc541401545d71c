"""What is ours of the MONAI Label route, without MONAI Label; and all of it where its environment is at hand."""

import hashlib
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import nibabel
import numpy as np
import pytest
import torch
from monai.bundle import ConfigParser, run

from custom.data import kaggle_lgg
from custom.export import export_bundle
from custom.networks import UNet

REPO = Path(__file__).parents[2]
FOLDER = REPO / "integrations" / "monai_label"
OVERLAY = REPO / "bundle" / "configs" / "monai_label.json"

# MONAI warns that it runs the config that it is given: here, our own.
pytestmark = pytest.mark.filterwarnings("ignore:parsing config_file:UserWarning")


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"monai_label_{name}", FOLDER / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def volumes() -> ModuleType:
    return load("volumes")


@pytest.fixture(scope="module")
def serve() -> ModuleType:
    return load("serve")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Path:
    """A bundle of a tiny network, exported for MONAI Label."""
    folder = tmp_path_factory.mktemp("label")
    torch.manual_seed(0)
    torch.save(UNet(3, 1, 2).state_dict(), folder / "model.pt")
    (folder / "config.json").write_text(json.dumps({"init_features": 2, "patch_size": 32}))
    return export_bundle(folder / "model.pt", folder / "dist", overlays=[OVERLAY])


def patient(tiny_lgg: Path) -> list:
    items = kaggle_lgg(tiny_lgg)
    return [item for item in items if item["patient_id"] == items[0]["patient_id"]]


def test_slices_that_make_no_volume_are_refused(volumes, tiny_lgg):
    items = patient(tiny_lgg)
    with pytest.raises(ValueError, match="slices of one patient, got 0"):
        volumes.volume_of([])
    with pytest.raises(ValueError, match="slices of one patient, got 4"):
        volumes.volume_of(kaggle_lgg(tiny_lgg))
    with pytest.raises(ValueError, match=r"numbered from 1 without gaps, got \[1, 3\]"):
        volumes.volume_of([items[2], items[0]])


def test_a_volume_holds_the_slices_in_their_order(volumes, tiny_lgg):
    items = patient(tiny_lgg)
    image, mask = volumes.volume_of(items[::-1])
    assert image.shape == (40, 48, 3, 3) and mask.shape == (40, 48, 3)
    for number, item in enumerate(items):
        pixels, truth = (volumes._pixels(item[key]) for key in ("image", "label"))
        assert (image[:, :, number] == pixels.swapaxes(0, 1)).all()
        assert (mask[:, :, number] == truth.T // 255).all()


@pytest.mark.parametrize("axcodes", ["LPS", "RAS", "SAL"])
def test_the_order_of_axes_moves_no_anatomy(volumes, tmp_path, axcodes):
    values = np.arange(4 * 5 * 6, dtype=np.uint8).reshape(4, 5, 6)
    affine = volumes.lps_affine((0.5, 1.0, 6.0), (10.0, -20.0, 30.0), tilt_degrees=8)
    volumes.save_volume(values, affine, tmp_path / "volume.nii.gz", axcodes)
    stored = nibabel.load(tmp_path / "volume.nii.gz")
    assert "".join(nibabel.aff2axcodes(stored.affine)) == axcodes
    place = affine @ (1, 2, 3, 1)
    voxel = np.linalg.solve(stored.affine, place)[:3].round().astype(int)
    assert np.asarray(stored.dataobj)[tuple(voxel)] == values[1, 2, 3]


def items_of(volumes: ModuleType, tiny_lgg: Path, folder: Path, number: int) -> list[dict[str, str]]:
    slices = kaggle_lgg(tiny_lgg)
    items = []
    for patient_id in sorted({item["patient_id"] for item in slices})[:number]:
        item = {key: str(folder / f"{patient_id}_{key}.nii.gz") for key in ("image", "label")}
        for key, array in zip(item, volumes.volume_of([s for s in slices if s["patient_id"] == patient_id]), strict=True):
            volumes.save_volume(array, np.diag([-1.0, -1.0, 5.0, 1.0]), Path(item[key]))
        items.append(item)
    return items


def train_as_monai_label_does(root: Path, train: list, val: list) -> None:
    """The overrides of its BundleTrainTask."""
    config = str(root / "configs" / "train.json")
    handlers = ConfigParser.load_config_file(config)["train"]["handlers"]
    loader = {
        "_target_": "CheckpointLoader", "load_path": str(root / "models" / "model.pt"),
        "load_dict": {"model": "$@network"}, "strict": False,
    }  # fmt: skip
    run(
        run_id="run", meta_file=str(root / "configs" / "metadata.json"), config_file=config,
        **{
            "bundle_root": str(root), "device": "cpu", "train#trainer#max_epochs": 2, "train#dataset#data": train,
            "validate#dataset#data": val, "train#handlers": [loader, *handlers],
        },
    )  # fmt: skip


def test_a_training_by_monai_label_publishes_its_best_network(volumes, bundle, tiny_lgg, tmp_path):
    root = tmp_path / "bundle"
    shutil.copytree(bundle, root)
    shipped = (root / "models" / "model.pt").read_bytes()
    one, other = items_of(volumes, tiny_lgg, tmp_path, 2)
    train_as_monai_label_does(root, [one], [other])
    (run_dir,) = (root / "runs").iterdir()
    assert (root / "models" / "model_shipped.pt").read_bytes() == shipped
    assert (root / "models" / "model.pt").read_bytes() == (run_dir / "model.pt").read_bytes() != shipped
    assert json.loads((run_dir / "model.json").read_text())["training"]["configs"] == ["train.json"]
    for name in ("model", "model_shipped"):
        digest = hashlib.sha256((root / "models" / f"{name}.pt").read_bytes()).hexdigest()
        assert digest in json.loads((root / "models" / f"{name}.json").read_text())["weights"].values()
    split = json.loads((run_dir / "split.json").read_text())
    assert len(split["train"]["patients"]) == len(split["val"]["patients"]) == 1


def test_what_monai_label_reads_of_the_config_follows_the_weights(bundle, tmp_path, monkeypatch):
    """As its BundleInferTask does: the config alone, and the folder of the bundle as `bundle_root`."""
    monkeypatch.chdir(tmp_path)
    parser = ConfigParser()
    parser.read_config(str(bundle / "configs" / "inference.json"))
    parser.config.update({"bundle_root": str(bundle), "use_click": True})
    network = parser.get_parsed_content("network_def", instantiate=True)
    network.load_state_dict(torch.load(bundle / "models" / "model.pt", weights_only=True))
    assert network.encoder[0][0].out_channels == 2
    for name in ("preprocessing", "postprocessing", "inferer"):
        assert parser.get_parsed_content(name, instantiate=True)


def test_a_training_without_labels_to_validate_on_is_one_line_and_changes_nothing(volumes, bundle, tiny_lgg, tmp_path):
    root = tmp_path / "bundle"
    shutil.copytree(bundle, root)
    with pytest.raises(SystemExit, match=r"^validate#dataset#data: no labelled image to validate on, of 1; .*$"):
        train_as_monai_label_does(root, items_of(volumes, tiny_lgg, tmp_path, 1), [])
    assert {path.name for path in (root / "models").glob("*.pt")} == {"model.pt"}


def test_what_serving_needs_is_named_in_one_line(serve, bundle, tmp_path):
    with pytest.raises(ValueError, match="environment: no MONAI Label in .*; `make label-environment` makes .venv-label"):
        serve.make_app(tmp_path, bundle, tmp_path / "app")
    with pytest.raises(ValueError, match="was not exported for MONAI Label"):
        serve.make_app(tmp_path, REPO / "bundle", tmp_path / "app")
    with pytest.raises(ValueError, match="exists, and nothing is overwritten"):
        serve.make_app(tmp_path, bundle, tmp_path)
    with pytest.raises(ValueError, match="studies: no folder"):
        serve.server_command(tmp_path, tmp_path / "app", tmp_path / "none", 8125)
    with pytest.raises(ValueError, match="app: no main.py in"):
        serve.server_command(tmp_path, tmp_path / "app", tmp_path, 8125)


def test_a_port_that_is_taken_is_named_and_the_host_is_this_machine(serve, tmp_path):
    for name in ("app/main.py", "bin/monailabel"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ValueError, match=f"port: {port} is taken; choose another"):
            serve.server_command(tmp_path, tmp_path / "app", tmp_path, port)
    command = serve.server_command(tmp_path, tmp_path / "app", tmp_path, port)
    assert command[command.index("--host") + 1] == "127.0.0.1"


def test_a_server_that_ends_is_told_with_the_place_of_its_log(serve, tmp_path):
    command = [sys.executable, "-c", "print('broken'); raise SystemExit(3)", "1"]
    with (
        pytest.raises(ValueError, match=r"the server ended with code 3: see .*server\.log"),
        serve.running(command, tmp_path / "server.log"),
    ):
        pass
    assert (tmp_path / "server.log").read_text() == "broken\n"


@pytest.mark.slow
def test_monai_label_from_the_first_prediction_to_the_first_training():
    environment, dataset = os.environ.get("UNET_BUNDLE_LABEL", REPO / ".venv-label"), os.environ.get("UNET_BUNDLE_LGG", "")
    if not dataset or not (Path(environment) / "bin" / "monailabel").is_file():
        pytest.skip("needs `make label-environment`, and the LGG set in the folder that UNET_BUNDLE_LGG names")
    command = [sys.executable, str(FOLDER / "end_to_end.py"), "--dataset_dir", dataset, "--environment", str(environment)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
