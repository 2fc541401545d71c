"""The verb `figure`, from files to a picture or to one line."""

import numpy as np
import pytest
import torch
from PIL import Image

from custom.__main__ import main
from custom.networks import UNet


@pytest.fixture
def files(tmp_path):
    """A grey image, its instances, an image of colours, and weights for one channel and for three."""
    rng = np.random.default_rng(0)
    instances = np.zeros((64, 80), np.uint16)
    instances[5:30, 5:30], instances[5:30, 33:60] = 1, 300
    for name, pixels in {
        "image.png": rng.integers(0, 256, (64, 80), dtype=np.uint8),
        "instances.png": instances,
        "rgb.png": rng.integers(0, 256, (64, 80, 3), dtype=np.uint8),
    }.items():
        Image.fromarray(pixels).save(tmp_path / name)
    for channels in (1, 3):
        network = UNet(channels, 2, init_features=2, depth=2, padding=False, batch_norm=False)
        torch.save(network.state_dict(), tmp_path / f"{channels}.pt")
    (tmp_path / "taken.png").mkdir()
    return tmp_path


def run(files, arguments: str) -> int:
    return main(["figure", *arguments.replace("@", f"{files}/").split()])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("architecture --out @a.jpg", "out must be a .png in a folder that exists"),
        ("architecture --out @no/a.png", "out must be a .png in a folder that exists"),
        ("architecture --out @taken.png", "cannot be written: Is a directory"),
        ("architecture --out @a.png --dpi 0", "dpi must lie in 10..1200, got 0"),
        ("architecture --out @a.png --size 571", "height 571 does not fit"),
        ("architecture --out @a.png --depth 0", "depth must be a whole number of at least 1, got 0"),
        ("elastic --out @a.png --image @none.png", "none.png: no such file"),
        ("elastic --out @a.png --image @rgb.png", "rgb.png must be one grey image (H, W), got the shape (64, 80, 3)"),
        (
            "elastic --out @a.png --image @image.png --crop 0 0 65 8",
            "crop must be row, column, height and width within 64×80 px",
        ),
        ("elastic --out @a.png --image @image.png --crop 0 0 1 8", "image must be at least 4×4 px, got 1×8"),
        (
            "elastic --out @a.png --image @image.png --magnitudes nan",
            "magnitudes must be numbers of pixels of at least 0, got nan",
        ),
        ("border-weights --out @a.png --image @image.png --instances @none.tif", "instances: "),
        ("border-weights --out @a.png --image @image.png --instances @instances.png --sigma 0", "sigma must be a number"),
        ("overlap-tile --out @a.png --image @image.png --tile-size 20", "tile_size must be a multiple of the stride (16)"),
        ("overlap-tile --out @a.png --image @image.png --tile 1 0", "tile must lie in 0..0, 0..0"),
        ("overlap-tile --out @a.png --image @image.png --checkpoint @4.pt", "checkpoint: no file"),
        ("overlap-tile --out @a.png --image @image.png --checkpoint @3.pt", "takes 3 channels, but a grey image has 1"),
    ],
)
def test_bad_input_is_one_line_and_no_file(files, arguments, message, capsys):
    assert run(files, arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("python -m custom figure: ") and captured.err.count("\n") == 1
    assert message in captured.err
    assert not (files / "a.png").exists()


@pytest.mark.parametrize("name", ["architecture", "overlap-tile", "border-weights", "elastic"])
def test_each_figure_has_help_of_its_own(name, capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["figure", name, "--help"])
    assert capsys.readouterr().out.startswith(f"usage: python -m custom figure {name} ")


@pytest.mark.parametrize(
    "arguments",
    [
        "architecture --size 64 --in-channels 3 --out-channels 1 --init-features 4 --depth 3 --padding --batch-norm",
        "overlap-tile --image @image.png --crop 0 0 48 64",
        "overlap-tile --image @image.png --checkpoint @1.pt --tile-size 32 --tile 1 2",
        "border-weights --image @image.png --instances @instances.png --w0 5 --sigma 2 --crop 4 4 50 60",
        "elastic --image @image.png --magnitudes 0 3 --seed 1 --crop 0 0 48 64",
    ],
)
def test_a_picture_is_written_and_named(files, arguments, capsys):
    assert run(files, f"{arguments} --out @a.png --dpi 40") == 0
    assert capsys.readouterr().out == f"{files}/a.png\n"
    with Image.open(files / "a.png") as picture:
        assert picture.width > 100
        assert len(np.unique(np.asarray(picture.convert("L")))) > 10
    assert sorted(path.suffix for path in files.iterdir()) == sorted([".png"] * 5 + [".pt"] * 2)
