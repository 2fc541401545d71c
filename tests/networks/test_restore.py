import pytest
import torch

from custom.networks import UNet, restored_unet


def saved(tmp_path, content):
    torch.save(content, tmp_path / "model.pt")
    return tmp_path / "model.pt"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ValueError, match="no file"):
        restored_unet(tmp_path / "model.pt", padding=True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"weight": torch.zeros(3)}, "holds no weights of a UNet: encoder.0.0.weight is missing"),
        (UNet(init_features=2, upsample="nearest").state_dict(), "another architecture: decoder.0.up.weight is missing"),
    ],
)
def test_the_weights_of_something_else_are_refused(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        restored_unet(saved(tmp_path, content), padding=True)


@pytest.mark.parametrize(
    "arguments",
    [
        {"in_channels": 1, "out_channels": 2, "init_features": 3, "depth": 4, "padding": False, "batch_norm": False},
        {"in_channels": 2, "out_channels": 1, "init_features": 2, "depth": 1, "padding": True, "batch_norm": True},
    ],
)
def test_the_network_is_the_one_that_was_saved(tmp_path, arguments):
    network = UNet(**arguments).eval()
    restored = restored_unet(saved(tmp_path, network.state_dict()), padding=arguments["padding"])
    image = torch.randn(1, arguments["in_channels"], 92, 92)
    assert not restored.training
    assert torch.equal(restored(image), network(image))
