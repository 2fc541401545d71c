from pathlib import Path

import pytest
import torch
from unets import made, picture

from custom.inferers import OverlapTileInferer
from custom.networks import UNet, load_for_runtime, read_record
from custom.networks.ensemble import Ensemble
from custom.networks.record import new_record
from custom.networks.record_file import write_record
from custom.storage.checkpoints import checkpoint_files


def saved(folder: Path, name: str, *, seed: int = 0, normalisation: str = "NormalizeChannelsd", **arguments: int) -> str:
    """A file of weights with its record."""
    network = made(seed=seed, in_channels=1, **arguments)
    torch.save(network.state_dict(), folder / f"{name}.pt")
    settings = {"image_channels": 1, "threshold": 0.5, "across_slices": False, "seed": seed}
    record = new_record(settings, network, channels={"name": "Identityd"}, normalisation=[{"name": normalisation}])
    write_record(record, folder / f"{name}.json", {f"{name}.pt": folder / f"{name}.pt"})
    return str(folder / f"{name}.pt")


@pytest.mark.parametrize(
    ("given", "files"),
    [
        ("a.pt", ["a.pt"]),
        (Path("a.pt"), ["a.pt"]),
        ("[runs/a.pt,b.pt]", ["runs/a.pt", "b.pt"]),
        ("['a.pt', \"b.pt\" ]", ["a.pt", "b.pt"]),
        (["a,1.pt", "b.pt"], ["a,1.pt", "b.pt"]),
        ("", [""]),
    ],
)
def test_a_checkpoint_names_one_file_or_several(given, files):
    assert checkpoint_files(given) == files


@pytest.mark.parametrize("given", ["[]", [], "[a.pt,]"])
def test_an_empty_list_of_weights_is_one_line(given):
    with pytest.raises(ValueError, match=r"^checkpoint must name files of weights, such as \[a.pt,b.pt\], got "):
        checkpoint_files(given)


@pytest.mark.parametrize("out_channels", [1, 2, 3])
def test_the_probabilities_are_the_mean_of_those_of_the_members(out_channels):
    members = [made(seed=seed, in_channels=1, out_channels=out_channels) for seed in range(3)]
    image = picture(2, 1, 16, 16)
    logits = Ensemble(members)(image)
    activate = torch.sigmoid if out_channels == 1 else lambda logits: logits.softmax(1)
    mean = torch.stack([activate(member(image)) for member in members]).mean(0)
    assert logits.shape == mean.shape
    torch.testing.assert_close(activate(logits), mean)


def test_probabilities_near_1_are_not_rounded_to_1():
    members = [made(seed=seed, in_channels=1) for seed in (0, 1)]
    for member in members:
        torch.nn.init.zeros_(member.head.weight)
        torch.nn.init.constant_(member.head.bias, 40.0)
    torch.testing.assert_close(Ensemble(members)(picture(1, 1, 8, 8)), torch.full((1, 1, 8, 8), 40.0))


def test_an_ensemble_in_tiles_is_that_of_the_whole_image_and_each_member_sees_each_slice_once():
    members = [made(seed=seed, in_channels=1) for seed in (0, 1)]
    seen = [[], []]
    for member, shapes in zip(members, seen, strict=True):
        member.register_forward_hook(lambda module, inputs, output, shapes=shapes: shapes.append(len(inputs[0])))
    volume = picture(1, 1, 40, 24, 5)
    with torch.no_grad():
        logits = OverlapTileInferer(mirror=False)(volume, Ensemble(members))
        assert [sum(shapes) for shapes in seen] == [5, 5]
        tiled = OverlapTileInferer(16, mirror=False)(volume, Ensemble(members))
        whole = torch.stack([Ensemble(members)(slice_) for slice_ in volume.unbind(-1)], -1)
    torch.testing.assert_close(logits, whole, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(tiled, whole, atol=1e-4, rtol=1e-4)


def test_files_of_one_kind_load_as_an_ensemble_with_one_record(tmp_path):
    files = [saved(tmp_path, name, seed=seed) for seed, name in enumerate("ab")]
    record = read_record(files)
    assert (record["input_channels"], record["init_features"], record["depth"]) == (1, 4, 3)
    assert "seed" not in record
    network = load_for_runtime(UNet(1, 1, 4, 3), f"[{','.join(files)}]").eval()
    alone = [load_for_runtime(UNet(1, 1, 4, 3), file).eval() for file in files]
    image = picture(1, 1, 16, 16)
    torch.testing.assert_close(network(image), Ensemble(alone)(image))


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"init_features": 8}, "its init_features is 8, not 4"),
        ({"out_channels": 3}, "its class_names is .*'class 1'.*, not .*'object'"),
        ({"normalisation": "NormalizeIntensityd"}, "its normalisation is .*NormalizeIntensityd.*, not .*NormalizeChannelsd"),
    ],
)
def test_an_ensemble_of_unlike_networks_is_one_line(tmp_path, other, message):
    files = [saved(tmp_path, "a"), saved(tmp_path, "b", **other)]
    with pytest.raises(ValueError, match=message) as error:
        read_record(files)
    assert str(error.value).startswith(f"checkpoint: {files[1]} cannot predict together with {files[0]}: ")
    assert "\n" not in str(error.value)


def test_a_missing_member_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"^checkpoint: no file '.*nowhere\.pt'; name trained weights$"):
        read_record([saved(tmp_path, "a"), str(tmp_path / "nowhere.pt")])


def test_other_runtimes_predict_together_too(tmp_path):
    files = [saved(tmp_path, name, seed=seed) for seed, name in enumerate("ab")]
    image = picture(1, 1, 16, 16)
    one, other = (load_for_runtime(UNet(1, 1, 4, 3), files, runtime).eval()(image) for runtime in ("torch", "onnxruntime"))
    torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)
