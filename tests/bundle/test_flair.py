"""flair.json on train.json, evaluate.json and inference.json: a network of one channel."""

from pathlib import Path

import nibabel
import numpy as np
import pytest
import tifffile
import torch
from PIL import Image
from workflows import workflow

from custom.networks import UNet
from custom.storage.tables import read_rows

TINY = {"epochs": 1, "batch_size": 4, "init_features": 2, "patch_size": 32, "val_fraction": 0.5, "device": "cpu"}


def train(tmp_path: Path, dataset_dir: Path, *names: str, **settings) -> Path:
    settings = {**TINY, "bundle_root": str(tmp_path), "dataset_dir": str(dataset_dir), "run_name": "flair", **settings}
    workflow("train", "train.json", *names, "flair.json", **settings).run()
    return tmp_path / "runs" / settings["run_name"]


@pytest.fixture
def grey_lgg(tiny_lgg, tmp_path) -> Path:
    """The tiny set with FLAIR alone."""
    for path in tiny_lgg.glob("*/*.tif"):
        copy = tmp_path / "grey" / path.relative_to(tiny_lgg)
        copy.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(path) as image:
            (image if path.stem.endswith("_mask") else image.getchannel(1)).save(copy)
    return tmp_path / "grey"


def test_the_flair_network_trains_on_flair_alone_of_three_channels(tiny_lgg, grey_lgg, tmp_path):
    of_three, of_one = train(tmp_path, tiny_lgg), train(tmp_path, grey_lgg, run_name="grey")
    weights, same = (torch.load(run_dir / "model.pt", weights_only=True) for run_dir in (of_three, of_one))
    assert weights["encoder.0.0.weight"].shape == (2, 1, 3, 3)
    assert all(torch.equal(value, same[name]) for name, value in weights.items())


def test_the_flair_network_starts_afresh_and_evaluates_its_own_weights(tiny_lgg, tmp_path):
    run_dir = train(tmp_path, tiny_lgg)
    models = tmp_path / "models" / "flair"
    models.mkdir(parents=True)
    for name in ("model.pt", "split.json"):
        (run_dir / name).rename(models / name)
    train(tmp_path, tiny_lgg, run_name="again")
    scored = train(tmp_path, tiny_lgg, "evaluate.json", run_name="score")
    assert len(read_rows(scored / "patients.csv")) == 2 + 2  # and the mean and the median


def test_another_number_of_channels_is_one_line(tiny_lgg, tmp_path):
    for path in tiny_lgg.glob("*/*.tif"):
        copy = tmp_path / "four" / path.relative_to(tiny_lgg)
        copy.parent.mkdir(parents=True, exist_ok=True)
        pixels = tifffile.imread(path)
        if not path.stem.endswith("_mask"):
            pixels = np.concatenate([pixels, pixels[..., :1]], axis=-1)
        tifffile.imwrite(copy, pixels, photometric="minisblack", **({"planarconfig": "contig"} if pixels.ndim == 3 else {}))
    with pytest.raises(
        SystemExit, match=r"^[^\n]*wrong channel count 4, expected 1 or 3; take images like those of the training$"
    ):
        train(tmp_path, tmp_path / "four")


def test_the_flair_network_predicts_flair_alone_or_the_flair_of_three(tmp_path):
    torch.manual_seed(0)
    network = UNet(in_channels=1, init_features=2).eval()
    with torch.no_grad():
        network.head.bias -= network(torch.randn(1, 1, 64, 64)).median()
    (tmp_path / "models" / "flair").mkdir(parents=True)
    torch.save(network.state_dict(), tmp_path / "models" / "flair" / "model.pt")
    images = tmp_path / "images"
    images.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (40, 32, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(images / "three.tif")
    Image.fromarray(pixels[..., 1]).save(images / "one.tif")
    # The same picture as a volume of one axial slice, counted to the left and to the back.
    affine = np.diag([-1.5, -1, 3, 1])
    nibabel.save(nibabel.Nifti1Image(pixels[..., 1].T[..., None], affine), images / "volume.nii.gz")

    workflow(
        "inference", "inference.json", "flair.json", bundle_root=str(tmp_path), dataset_dir=str(images),
        output_dir=str(tmp_path / "out"), init_features=2, device="cpu",
    ).run()  # fmt: skip

    one, three = (np.asarray(Image.open(tmp_path / "out" / f"{name}_mask.tif")) for name in ("one", "three"))
    assert np.array_equal(one, three)
    assert 0.05 < (one > 0).mean() < 0.95
    mask = nibabel.load(tmp_path / "out" / "volume_mask.nii.gz")
    assert mask.shape == (32, 40, 1)
    assert np.allclose(mask.affine, affine)
