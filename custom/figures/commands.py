"""The command line of `python -m custom figure NAME`."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image

from custom.figures import from_files
from custom.storage.atomic import atomic_path

FIGURES: dict[str, Callable[[Namespace], Figure]] = {
    "architecture": from_files.architecture,
    "overlap-tile": from_files.overlap_tile,
    "border-weights": from_files.border_weights,
    "elastic": from_files.elastic,
}


def add_figures(parser: ArgumentParser) -> None:
    """Gives a parser a subcommand with options of its own for each of `FIGURES`."""
    names = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for name, drawn in FIGURES.items():
        options = names.add_parser(name, help=drawn.__doc__, description=drawn.__doc__)
        options.add_argument("--out", required=True, metavar="FILE.png", help="the picture to write")
        _numbers(options, dpi=100)
        if name != "architecture":
            options.add_argument("--image", required=True, help="a grey TIFF or PNG")
            options.add_argument(
                "--crop", type=int, nargs=4, metavar=("ROW", "COLUMN", "HEIGHT", "WIDTH"), help="a part, in px"
            )
        if name in ("architecture", "overlap-tile"):
            options.add_argument(
                "--padding", action="store_true", help="convolutions with padding, not valid ones; weights decide"
            )
    _add_own(names.choices)


def _add_own(of: dict[str, ArgumentParser]) -> None:
    """What one figure alone has."""
    _numbers(of["architecture"], size=572, in_channels=1, out_channels=2, init_features=64, depth=5)
    of["architecture"].add_argument(
        "--batch_norm", action="store_true", help="batch normalisation, which the paper does not have"
    )
    _numbers(of["overlap-tile"], tile_size=384)
    of["overlap-tile"].add_argument(
        "--tile", type=int, nargs=2, default=(0, 0), metavar=("ROW", "COLUMN"), help="which tile, from 0"
    )
    of["overlap-tile"].add_argument("--checkpoint", help="weights of a network for one channel, to show what it predicts")
    of["border-weights"].add_argument("--instances", required=True, help="a TIFF or PNG of 0 and the numbers of the cells")
    _numbers(of["border-weights"], w0=10.0, sigma=5.0)
    of["elastic"].add_argument("--magnitudes", type=float, nargs="+", default=(0, 10), help="in px (default: 0 10)")
    _numbers(of["elastic"], seed=0)


def _numbers(options: ArgumentParser, **defaults: float) -> None:
    for name, default in defaults.items():
        options.add_argument(f"--{name}", type=type(default), default=default, help=f"default: {default:g}")


def save_figure(options: Namespace) -> Path:
    """Draws the figure that `options.name` names, and writes it as a PNG of 256 colours.

    Raises:
        ValueError: if the file cannot be written there, or what is to be drawn is not as it should be.
    """
    out = Path(options.out)
    if out.suffix.lower() != ".png" or not out.parent.is_dir():
        raise ValueError(f"out must be a .png in a folder that exists, got {options.out!r}")
    if not 10 <= options.dpi <= 1200:
        raise ValueError(f"dpi must lie in 10..1200, got {options.dpi}")
    figure = FIGURES[options.name](options)
    drawn = BytesIO()
    figure.savefig(drawn, format="png", dpi=options.dpi)
    try:
        with Image.open(drawn) as image, atomic_path(out) as path:
            image.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
    except OSError as error:
        raise ValueError(f"out: {out} cannot be written: {error.strerror or error}; name another file") from None
    return out
