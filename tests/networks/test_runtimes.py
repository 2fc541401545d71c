"""One network on every runtime: the same logits, and one line for what does not fit."""

import ctypes
import gc
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from custom.inferers import OverlapTileInferer
from custom.inferers.whole_image import fast_bfloat16_cpu
from custom.networks import UNet, load_for_runtime
from custom.networks.onnx_model import onnx_model

PACKAGES = {"torchscript": "torch", "onnxruntime": "onnxruntime", "openvino": "openvino"}


def needs(package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(find_spec(package) is None, reason=f"{package} is not installed")


OTHERS = [pytest.param(runtime, marks=needs(package)) for runtime, package in PACKAGES.items()]
openvino_is_installed = needs("openvino")
onnxruntime_is_installed = needs("onnxruntime")


class SignalStack(ctypes.Structure):
    _fields_ = (("start", ctypes.c_void_p), ("flags", ctypes.c_int), ("size", ctypes.c_size_t))


def signal_stack_is_there() -> bool:
    """Whether the stack that signal handlers of this thread run on, if it is one of their own, is mapped."""
    stack = SignalStack()
    ctypes.CDLL(None).sigaltstack(None, ctypes.byref(stack))
    ranges = [line.split()[0].split("-") for line in Path("/proc/self/maps").read_text().splitlines()]
    return stack.start is None or any(int(first, 16) <= stack.start < int(last, 16) for first, last in ranges)


def small(**arguments) -> UNet:
    return UNet(**{"in_channels": 2, "out_channels": 3, "init_features": 4, "depth": 3, **arguments})


def trained(**arguments) -> UNet:
    """A small network with running statistics that are no longer 0 and 1, and logits of about 3."""
    torch.manual_seed(0)
    network = small(**arguments).train()
    with torch.no_grad():
        for _ in range(3):
            logits = network(3 * torch.randn(2, 2, 60, 60) + 1)
        network.head.weight *= 3 / logits.std()
    return network.eval()


@pytest.fixture
def network(tmp_path: Path) -> UNet:
    network = trained()
    torch.save(network.state_dict(), tmp_path / "model.pt")
    return network


def save_torchscript(network: UNet, path: Path) -> None:
    torch.jit.script(network).save(path)


def save_onnx(network: UNet, path: Path) -> None:
    path.write_bytes(onnx_model(network))


def save_openvino(network: UNet, path: Path) -> None:
    import openvino

    save_onnx(network, path.with_suffix(".onnx"))
    openvino.save_model(openvino.Core().read_model(path.with_suffix(".onnx")), path, compress_to_fp16=False)
    path.with_suffix(".onnx").unlink()


EXPORTED = [
    pytest.param("torchscript", "model.ts", save_torchscript),
    pytest.param("onnxruntime", "model.onnx", save_onnx, marks=onnxruntime_is_installed),
    pytest.param("openvino", "model.onnx", save_onnx, marks=openvino_is_installed),
    pytest.param("openvino", "model.xml", save_openvino, marks=openvino_is_installed),
]


@torch.no_grad()
def predict(network: nn.Module, image: Tensor, **options) -> Tensor:
    return OverlapTileInferer(**options)(image, network)


def test_an_unknown_runtime_is_one_line(tmp_path, network):
    message = "^runtime must be one of torch, torchscript, onnxruntime, openvino, got 'tensorrt'$"
    with pytest.raises(ValueError, match=message):
        load_for_runtime(small(), str(tmp_path / "model.pt"), "tensorrt")


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_a_missing_package_is_one_line(tmp_path, network, runtime, monkeypatch):
    monkeypatch.setattr("custom.networks.runtimes.find_spec", lambda name: None)
    with pytest.raises(ValueError, match=rf"^runtime: {runtime} is missing: pip install "):
        load_for_runtime(small(), str(tmp_path / "model.pt"), runtime)


@pytest.mark.parametrize(
    ("name", "runtime", "fit"),
    [
        ("model.ts", "torch", "torchscript"),
        ("model.onnx", "torch", "onnxruntime or openvino"),
        ("a.xml", "torchscript", "openvino"),
    ],
)
def test_a_file_of_another_runtime_is_one_line(tmp_path, name, runtime, fit):
    with pytest.raises(ValueError, match=rf"^runtime must be {fit} for .*{name}, got '{runtime}'$"):
        load_for_runtime(small(), str(tmp_path / name), runtime)


@needs("onnx")
def test_what_fits_is_neither_extended_nor_cut_for_a_runtime():
    import onnx

    nodes = onnx.load_model_from_string(onnx_model(small(), extends=False)).graph.node
    assert not {"Pad", "Slice", "If"} & {node.op_type for node in nodes}


@pytest.mark.parametrize(("runtime", "name", "save"), EXPORTED)
def test_a_missing_or_broken_exported_file_is_one_line(tmp_path, runtime, name, save):
    with pytest.raises(ValueError, match=rf"^checkpoint: no file '.*{name}'; `python -m custom export` writes such files$"):
        load_for_runtime(small(), str(tmp_path / name), runtime)
    (tmp_path / name).write_bytes(b"not a model")
    with pytest.raises(
        ValueError,
        match=rf"^checkpoint: [^\n]*{name} is refused: {runtime} cannot read it; export the weights again with .*$",
    ):
        load_for_runtime(small(), str(tmp_path / name), runtime)


@pytest.mark.parametrize(("runtime", "name", "save"), EXPORTED)
@pytest.mark.parametrize("other", [{"in_channels": 1}, {"out_channels": 1}])
def test_an_exported_file_of_another_architecture_is_one_line(tmp_path, network, runtime, name, save, other):
    save(network, tmp_path / name)
    with pytest.raises(ValueError, match=rf"^checkpoint: [^\n]*{name} is of another architecture: [^\n]*$"):
        load_for_runtime(small(**other), str(tmp_path / name), runtime)


def test_a_torchscript_without_padding_is_not_taken_for_one_with(tmp_path):
    save_torchscript(small(padding=False), tmp_path / "model.ts")
    with pytest.raises(ValueError, match="another architecture: depth or padding differ"):
        load_for_runtime(small(), str(tmp_path / "model.ts"), "torchscript")


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_a_runtime_that_only_the_unet_is_converted_to_refuses_another_network(tmp_path, runtime):
    network = nn.Conv2d(2, 1, 1)
    torch.save(network.state_dict(), tmp_path / "model.pt")
    with pytest.raises(ValueError, match=f"^runtime must be torch or torchscript for a Conv2d, got '{runtime}'$"):
        load_for_runtime(network, str(tmp_path / "model.pt"), runtime)


@pytest.mark.parametrize("runtime", OTHERS)
def test_the_weights_must_fit_on_every_runtime(tmp_path, network, runtime):
    with pytest.raises(ValueError, match=r"encoder.0.0.weight is \(4, 2, 3, 3\), not \(8, 2, 3, 3\)"):
        load_for_runtime(small(init_features=8), str(tmp_path / "model.pt"), runtime)


def test_torch_is_the_network_itself(tmp_path, network):
    target = small()
    assert load_for_runtime(target, str(tmp_path / "model.pt")) is target
    assert torch.equal(target.head.weight, network.head.weight)


@pytest.mark.parametrize("runtime", OTHERS)
@pytest.mark.parametrize("arguments", [{}, {"padding": False}, {"upsample": "bilinear"}, {"batch_norm": False}], ids=str)
def test_logits_and_labels_are_those_of_torch_at_odd_sizes(tmp_path, runtime, arguments):
    network = trained(**arguments)
    torch.save(network.state_dict(), tmp_path / "model.pt")
    other = load_for_runtime(small(**arguments), str(tmp_path / "model.pt"), runtime)
    for size in ((1, 2, 45, 50), (3, 2, 17, 96), (1, 2, 33, 7, 2), (2, 2, 1, 1)):
        image = 3 * torch.randn(size) + 1
        # More tiles than one, and so batches of several sizes.
        expected, logits = (predict(model, image, tile_size=16) for model in (network, other))
        assert torch.allclose(logits, expected, atol=1e-4)
        assert torch.equal(logits.argmax(1), expected.argmax(1))
    if network.padding:
        assert torch.allclose(predict(other, image, mirror=False), predict(network, image, mirror=False), atol=1e-4)


@pytest.mark.parametrize(("runtime", "name", "save"), EXPORTED)
def test_an_exported_file_computes_what_the_network_does(tmp_path, network, runtime, name, save):
    save(network, tmp_path / name)
    other = load_for_runtime(small(), str(tmp_path / name), runtime)
    image = 3 * torch.randn(2, 2, 45, 50) + 1
    assert torch.allclose(predict(other, image, mirror=False), predict(network, image, mirror=False), atol=1e-4)


@openvino_is_installed
def test_tiles_of_a_bilinear_network_have_its_wider_margin_on_another_runtime(tmp_path):
    network = trained(upsample="bilinear", depth=4)
    torch.save(network.state_dict(), tmp_path / "model.pt")
    other = load_for_runtime(small(upsample="bilinear", depth=4), str(tmp_path / "model.pt"), "openvino")
    image = torch.randn(1, 2, 96, 80)
    assert torch.allclose(predict(other, image, tile_size=16), predict(other, image, tile_size=96), atol=1e-5)


@openvino_is_installed
@pytest.mark.skipif(not fast_bfloat16_cpu(), reason="this CPU has no bfloat16")
def test_openvino_computes_in_bfloat16_on_request_and_its_tiles_still_equal_one_pass(tmp_path, network):
    exact, rounded = (load_for_runtime(small(), str(tmp_path / "model.pt"), "openvino", bfloat16=on) for on in (False, True))
    image = torch.randn(1, 2, 100, 90)
    whole = predict(rounded, image, mirror=False)
    assert torch.equal(predict(rounded, image, mirror=False, tile_size=32), whole)
    assert 1e-3 < (whole - predict(exact, image, mirror=False)).abs().max() < 0.3


def test_bfloat16_is_refused_where_a_runtime_has_none(tmp_path, network):
    with pytest.raises(ValueError, match="^bfloat16 must be False for onnxruntime; openvino has it$"):
        load_for_runtime(small(), str(tmp_path / "model.pt"), "onnxruntime", bfloat16=True)


@openvino_is_installed
def test_a_config_may_move_it_to_a_device_and_a_memory_format(tmp_path, network):
    other = load_for_runtime(small(), str(tmp_path / "model.pt"), "openvino")
    assert other.to("meta", memory_format=torch.channels_last) is other
    assert {parameter.device.type for parameter in other.parameters()} == {"cpu"}


@openvino_is_installed
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_openvino_let_go_in_the_order_of_loading_leaves_signal_handlers_their_stack():
    first, second = (load_for_runtime(small(), "", "openvino") for _ in range(2))
    del first
    gc.collect()
    del second
    gc.collect()
    assert signal_stack_is_there()
