import torch
from torch import nn

from custom.networks import AnySize, load_weights


def bright(*size: int) -> torch.Tensor:
    return torch.randn(size, generator=torch.Generator().manual_seed(0)) + 10_000


def definition(x: torch.Tensor) -> torch.Tensor:
    variance, mean = torch.var_mean(x.double(), (1, 2, 3), correction=0, keepdim=True)
    return (x.double() - mean) / (variance + 1e-5).sqrt()


def test_group_norm_of_bright_images_is_right_channels_last():
    network = load_weights(AnySize(nn.GroupNorm(1, 4), multiple=1), "")
    image = bright(2, 4, 64, 64)
    last = image.contiguous(memory_format=torch.channels_last)
    for each in (network, torch.jit.script(network)):
        assert torch.allclose(each(last).double(), definition(image), atol=0.01)
    assert torch.equal(network(last), network(image))


def test_a_mended_network_keeps_the_names_of_its_tensors(tmp_path):
    network = nn.Sequential(nn.Conv2d(1, 4, 3), nn.GroupNorm(2, 4))
    torch.save({name: tensor + 1 for name, tensor in network.state_dict().items()}, tmp_path / "a.pt")
    weights = network[1].weight.clone()
    assert torch.equal(load_weights(network, str(tmp_path / "a.pt"))[1].weight, weights + 1)
