"""Weights that fit, and the one line for those that do not."""

import pickle
from collections import OrderedDict

import pytest
import torch
from torch import nn

from custom.networks import AnySize, UNet, load_weights, restored_unet
from custom.networks.weights import save_tensors


class Harmful:
    def __reduce__(self):
        return (print, ("this must never run",))


def small(**arguments) -> UNet:
    return UNet(**{"init_features": 2, "depth": 2, **arguments})


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ValueError, match="checkpoint: no file .*model.pt"):
        load_weights(small(), str(tmp_path / "model.pt"))


def test_a_checkpoint_of_another_architecture_names_the_layers(tmp_path):
    torch.save(small(in_channels=1).state_dict(), tmp_path / "model.pt")
    with pytest.raises(ValueError, match=r"encoder.0.0.weight is \(2, 1, 3, 3\), not \(2, 3, 3, 3\)"):
        load_weights(small(), str(tmp_path / "model.pt"))


def test_a_pickle_with_code_is_refused_and_not_run(tmp_path, capsys):
    torch.save({"layer": Harmful()}, tmp_path / "zip.pt")
    (tmp_path / "plain.pt").write_bytes(pickle.dumps(Harmful(), protocol=2))
    for name in ("zip.pt", "plain.pt"):
        with pytest.raises(ValueError, match="is refused"):
            load_weights(small(), str(tmp_path / name))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04 cut off"])
def test_a_broken_file_is_one_line(tmp_path, content):
    (tmp_path / "model.pt").write_bytes(content)
    with pytest.raises(ValueError, match=r"^checkpoint: .*model.pt[^\n]*$"):
        load_weights(small(), str(tmp_path / "model.pt"))


def test_names_of_another_network_that_begin_as_wrappers_do_stay_as_they_are(tmp_path):
    wrapped = AnySize(nn.Sequential(OrderedDict(model=small())))
    torch.save(wrapped.state_dict(), tmp_path / "model.pt")
    assert load_weights(wrapped, str(tmp_path / "model.pt")) is wrapped
    assert restored_unet(tmp_path / "model.pt").head.weight.equal(wrapped.network.model.head.weight)


def test_of_several_networks_in_a_file_none_is_taken(tmp_path):
    state = small().state_dict()
    torch.save({"model": state, "ema": state, "epoch": 3}, tmp_path / "model.pt")
    with pytest.raises(ValueError, match=r"model\.pt holds several networks: model, ema; save one$"):
        load_weights(small(), str(tmp_path / "model.pt"))


def test_what_is_no_file_of_tensors_is_told_with_its_mend(tmp_path):
    torch.save(small(), tmp_path / "whole.pt")
    (tmp_path / "pointer.pt").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    for name, line in (
        ("whole.pt", r"or holds more than tensors; save network\.state_dict\(\) alone$"),
        ("pointer.pt", r"pointer\.pt is a pointer to a file that is not here; fetch it, as with `git lfs pull`$"),
    ):
        with pytest.raises(ValueError, match=line):
            load_weights(small(), str(tmp_path / name))


def test_a_last_checkpoint_without_a_network_is_refused(tmp_path):
    torch.save({"state": 3}, tmp_path / "last.pt")
    with pytest.raises(ValueError, match="no state dictionary"):
        load_weights(small(), str(tmp_path / "last.pt"))


def test_tensors_that_are_no_state_dictionary_are_refused(tmp_path):
    torch.save([torch.zeros(1)], tmp_path / "model.pt")
    with pytest.raises(ValueError, match="no state dictionary"):
        load_weights(small(), str(tmp_path / "model.pt"))


def test_tensors_of_two_networks_in_one_dictionary_are_refused(tmp_path):
    state = small().state_dict()
    torch.save({**state, **{f"module.{name}": value for name, value in state.items()}}, tmp_path / "model.pt")
    with pytest.raises(
        ValueError, match=r"holds tensors of one name with and without module\. or _orig_mod\.; save one network"
    ):
        load_weights(small(), str(tmp_path / "model.pt"))


def _prefixed(prefix: str, state: dict) -> dict:
    return {prefix + name: value for name, value in state.items()}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: state,
        lambda state: {"state": {"network": state}, "epoch": 3},
        lambda state: {"state_dict": _prefixed("model.", state), "hyper_parameters": {"lr": 1}},
        lambda state: {"model_state_dict": state, "optimizer_state_dict": {"state": {}, "param_groups": []}, "callbacks": {}},
        lambda state: _prefixed("module._orig_mod.", state),
        lambda state: _prefixed("net.", state),
        lambda state: _prefixed("network.", state),
    ],
)
def test_the_tensors_arrive(tmp_path, wrap):
    torch.manual_seed(0)
    source = small()
    torch.save(wrap(source.state_dict()), tmp_path / "model.pt")
    target = load_weights(small(), str(tmp_path / "model.pt"))
    assert all(torch.equal(a, b) for a, b in zip(source.state_dict().values(), target.state_dict().values(), strict=True))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (torch.tensor([float("nan"), 1.0]), "head.bias holds NaN or infinite values; take an earlier checkpoint"),
        (torch.tensor([float("inf"), 1.0]), "head.bias holds NaN or infinite values"),
        (torch.tensor([1j, 1]), "head.bias holds complex64, not floats"),
        (torch.tensor([True, False]), "head.bias holds bool, not floats"),
        (torch.tensor([1, 2]), "another architecture: head.bias holds int64, not float32"),
    ],
)
def test_weights_that_are_no_numbers_are_refused_and_the_tensor_named(tmp_path, value, message):
    network = small(out_channels=2)
    torch.save({**network.state_dict(), "head.bias": value}, tmp_path / "model.pt")
    with pytest.raises(ValueError, match=message):
        load_weights(network, str(tmp_path / "model.pt"))


def test_the_same_tensors_are_the_same_bytes_under_any_name(tmp_path):
    for name in ("model.pt", ".part-1-2_model.pt"):
        save_tensors({"a": torch.arange(5.0)}, tmp_path / name)
    assert (tmp_path / "model.pt").read_bytes() == (tmp_path / ".part-1-2_model.pt").read_bytes()
    assert torch.equal(torch.load(tmp_path / "model.pt", weights_only=True)["a"], torch.arange(5.0))
