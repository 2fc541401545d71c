"""8-bit weights: made on data of the training, and nearly the network that they were made of."""

import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from strangers import disguises
from torch import Tensor
from torch.nn.functional import avg_pool2d

from custom.__main__ import main
from custom.export import quantize
from custom.export.int8 import network_input, write_8_bits
from custom.export.int8_files import move_model, refuse_existing
from custom.networks import UNet, load_for_runtime, read_record
from custom.networks.record_file import write_record

SHIPPED = Path(__file__).parents[2] / "bundle" / "models" / "model.pt"

pytestmark = pytest.mark.skipif(
    find_spec("nncf") is None or find_spec("openvino") is None, reason="nncf or openvino is not installed"
)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """The published weights, without the patients they were trained on, since the tiny set has others."""
    (tmp_path / "model.pt").write_bytes(SHIPPED.read_bytes())
    return tmp_path / "model.pt"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--images", "0"], "images must be at least 1, got 0"),
        (["--out", "model.onnx"], "out must end in .xml, got 'model.onnx'"),
    ],
)
def test_a_wrong_argument_is_one_line(checkpoint, capsys, arguments, message):
    assert main(["quantize", "--checkpoint", str(checkpoint), *arguments]) == 2
    assert capsys.readouterr() == ("", f"python -m custom quantize: {message}\n")


def test_nothing_is_overwritten(checkpoint):
    checkpoint.with_name("model_int8.bin").touch()
    with pytest.raises(ValueError, match="model_int8.bin' exists, and nothing is overwritten"):
        quantize(checkpoint)


def test_what_a_kill_between_the_moves_left_is_replaced(tmp_path):
    names = ("model.json", "model.bin", "model.xml")
    for folder in (made := tmp_path / "made", tmp_path / "first"):
        folder.mkdir()
        for name in names[1:]:
            (folder / name).write_text(f"{name} of {folder.name}")
        write_record({}, folder / "model.json", {name: folder / name for name in names[1:]})
    for name in names[:2]:
        shutil.move(tmp_path / "first" / name, tmp_path / name)
    refuse_existing(tmp_path / "model.xml")
    move_model(made, tmp_path / "model.xml")
    assert [(tmp_path / name).read_text() for name in names[1:]] == ["model.bin of made", "model.xml of made"]
    with pytest.raises(ValueError, match="model.json' exists, and nothing is overwritten"):
        refuse_existing(tmp_path / "model.xml")


@pytest.mark.parametrize("content", ["{}", "[]", '{"weights": {"model.pt": "0"}}'])
def test_a_record_of_other_weights_is_not_replaced(tmp_path, content):
    (tmp_path / "model.json").write_text(content)
    with pytest.raises(ValueError, match="model.json' exists, and nothing is overwritten"):
        refuse_existing(tmp_path / "model.xml")


def test_a_missing_package_is_one_line(checkpoint, monkeypatch):
    monkeypatch.setattr("custom.export.int8.find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r'^nncf is missing: pip install "unet-bundle\[quantize\]"$'):
        quantize(checkpoint)


def test_a_useless_checkpoint_leaves_nothing(tmp_path, tiny_lgg):
    torch.save({"weight": torch.zeros(3)}, tmp_path / "model.pt")
    with pytest.raises(ValueError, match="another architecture"):
        quantize(tmp_path / "model.pt", str(tiny_lgg))
    assert [path.name for path in tmp_path.iterdir()] == ["model.pt"]


def test_a_network_without_padding_is_calibrated_with_the_context_it_eats():
    image = torch.arange(2 * 40 * 30.0).reshape(2, 40, 30)
    assert (network_input(UNet(2, padding=True), image) == image[None].numpy()).all()
    given = network_input(UNet(2, init_features=1, padding=False), image)
    assert given.shape == (1, 2, 236, 220)
    assert (given[0, :, 92:132, 92:122] == image.numpy()).all()


def test_a_network_on_a_coarser_grid_is_calibrated_on_that():
    network = UNet(in_channels=1, init_features=2)
    image = torch.rand(1, 20, 31)
    np.testing.assert_array_equal(network_input(network, image, 2), avg_pool2d(image[None], 2, ceil_mode=True))


def test_the_8_bit_network_labels_nearly_as_the_network_does(checkpoint, tiny_lgg):
    path = quantize(checkpoint, str(tiny_lgg), images=4)
    assert path == checkpoint.with_name("model_int8.xml")
    assert sorted(file.name for file in path.parent.iterdir()) == [
        "model.pt",
        "model_int8.bin",
        "model_int8.json",
        "model_int8.xml",
    ]
    network, quantized = (
        load_for_runtime(UNet(), str(file), runtime).eval() for file, runtime in ((checkpoint, "torch"), (path, "openvino"))
    )
    torch.manual_seed(0)
    image = torch.randn(2, 3, 45, 50)
    with torch.no_grad():
        logits, expected = quantized(image), network(image)
    assert not torch.equal(logits, expected)
    assert float(((logits > 0) != (expected > 0)).float().mean()) < 0.02
    assert path.with_suffix(".bin").stat().st_size < checkpoint.stat().st_size / 3


def test_ranges_hold_what_one_image_of_many_shows(tmp_path):
    torch.manual_seed(0)
    network = UNet(in_channels=1, init_features=8, depth=4).eval()
    images = [torch.randn(1, 1, 64, 64) * brightness for brightness in [1] * 9 + [20]]
    write_8_bits(network, images, Tensor.numpy, tmp_path / "8.xml")
    with torch.no_grad():
        logits, expected = (
            load_for_runtime(network, str(tmp_path / "8.xml"), "openvino").eval()(images[-1]),
            network(images[-1]),
        )
    assert float((logits - expected).square().mean().sqrt() / expected.std()) < 0.004  # 0.009 with ranges of the mean image


def test_code_in_the_config_of_a_run_runs_nowhere(tmp_path, tiny_lgg):
    torch.save(UNet(init_features=2).state_dict(), tmp_path / "model.pt")
    (tmp_path / "config.json").write_text(json.dumps(disguises(tmp_path / "planted.txt")))
    quantize(tmp_path / "model.pt", str(tiny_lgg), images=1)
    assert not (tmp_path / "planted.txt").exists()


def test_the_8_bit_weights_know_what_they_are(tmp_path, tiny_lgg):
    torch.save(UNet(init_features=2, depth=3).state_dict(), tmp_path / "model.pt")
    record = read_record(quantize(tmp_path / "model.pt", str(tiny_lgg), images=1))
    assert (record["depth"], record["init_features"]) == (3, 2)
