"""The front door for what MONAI has no command for: `python -m custom VERB`.

Each verb has a parser of its own and imports what it needs only when it runs, so that help comes at once.
"""

import argparse
import logging
import signal
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from custom.command_line import Parser


def check(arguments: Sequence[str]) -> int:
    """Read a data set without training, and report what it holds and what is wrong with it."""
    parser = Parser(prog="python -m custom check", description=check.__doc__)
    parser.add_argument(
        "dataset_dir",
        help="folder of images/ and labels/, or of <name>_mask.<ext> beside <name>.<ext>; bundle/docs/formats.md lists formats",
    )
    text = "channels that an image should have, or none to not ask (default: 3)"
    _add(parser, "input_channels", text, "--in-channels", type=_number_or_none, default=3)
    _add(parser, "num_classes", "1: masks of 0 and 1 or 255; K: 0 to K-1 (default: 1)", type=int, default=1)
    parser.add_argument("--instances", action="store_true", help="masks hold any whole numbers, one for each object")
    for name, text in (
        ("image_folder", "the images' folder in dataset_dir"),
        ("label_folder", "the labels' folder in dataset_dir"),
        ("image_suffix", "what images' names end with and labels' do not, such as _0000"),
        ("label_suffix", "what labels' names end with (default: _mask, _masks or _cp_masks)"),
        ("field_folder", "the folder of the masks of the field of view in dataset_dir"),
        ("field_suffix", "what the names of these masks end with"),
    ):
        _add(parser, name, text, f"--slices#{name}", default="", metavar="NAME")
    _add(parser, "label_geometry", "image: to lay labels on their images voxel by voxel (default: file)", default="file")
    _add(parser, "ignore_label", "label that neither loss nor scores look at (default: none)", type=int)
    options = vars(parser.parse_args(arguments))
    from custom.data.check import check_dataset

    channels = options.pop("input_channels")
    report = check_dataset(in_channels=channels, **options)
    print(report)
    return int(bool(report.problems))


def _without_notes() -> None:
    """Keeps MONAI from telling that it has no decoder for GPUs and no axes of tensors, as the configs do."""
    warnings.filterwarnings("ignore", message="axcodes|NvImgCodec")
    logging.getLogger("monai.data.nvimgcodec_pydicom_plugin").setLevel(logging.ERROR)


def _number_or_none(text: str) -> int | None:
    if not text.isdecimal() and text.lower() != "none":
        raise argparse.ArgumentTypeError(f"must be a whole number or none, got {text!r}")
    return int(text) if text.isdecimal() else None


def _add(parser: argparse.ArgumentParser, name: str, text: str, *others: str, **options: Any) -> None:
    """Adds `--name`, and what else may be written for it without being shown in the help."""
    parser.add_argument(f"--{name}", help=text, **options)
    hidden = {option: value for option, value in options.items() if option == "type"}
    for other in {*others, f"--{name.replace('_', '-')}"} - {f"--{name}"}:
        parser.add_argument(other, dest=name, help=argparse.SUPPRESS, default=argparse.SUPPRESS, **hidden)


def download(arguments: Sequence[str]) -> int:
    """Fetch a public data set."""
    parser = Parser(prog="python -m custom download", description=download.__doc__)
    parser.add_argument("name", choices=["lgg"], help="lgg: the brain MRI of the LGG segmentation set, from Kaggle")
    parser.add_argument("--out", metavar="DIR", help="empty or new folder (default: kagglehub's cache)")
    options = parser.parse_args(arguments)
    from custom.data.download import download_lgg

    print(f"train on it with --dataset_dir {download_lgg(options.out)}")
    return 0


def figure(arguments: Sequence[str]) -> int:
    """Draw a figure of the paper from a network, or from images."""
    parser = Parser(prog="python -m custom figure", description=figure.__doc__)
    from custom.figures.commands import add_figures, save_figure

    add_figures(parser)
    print(save_figure(parser.parse_args(arguments)))
    return 0


def export(arguments: Sequence[str]) -> int:
    """Make a bundle that stands on its own, as a folder and a zip."""
    parser = Parser(prog="python -m custom export", description=export.__doc__)
    parser.add_argument("--checkpoint", required=True, help="model.pt or last.pt; what it knows is taken over")
    parser.add_argument("--config", nargs="+", default=[], metavar="OVERLAY", help="configs to merge into the bundle's own")
    parser.add_argument("--out", default="dist", metavar="DIR", help="a new folder (default: dist)")
    parser.add_argument("--name", default="unet_bundle", help="of the bundle's folder and zip (default: unet_bundle)")
    parser.add_argument("--version", help="such as 0.2.0 (default: that of the metadata)")
    parser.add_argument("--changes", metavar="TEXT", help="what a user will notice in a new version")
    parser.add_argument("--url", default="", help="folder where the weights will be published, for large_files.yml")
    parser.add_argument("--bundle", metavar="DIR", help="the bundle to start from (default: the one of this package)")
    options = vars(parser.parse_args(arguments))
    from custom.export import export_bundle

    logging.getLogger("monai.bundle.scripts").setLevel(logging.WARNING)
    _without_notes()
    root = export_bundle(overlays=options.pop("config"), **options)
    print(f"{root}\n{next(root.parent.glob('*.zip'))}")
    if (root / "models" / "split.json").is_file():
        print("models/split.json names the patients trained on: take it out where that is private")
    return 0


def quantize(arguments: Sequence[str]) -> int:
    """Make 8-bit weights for OpenVINO, which predict faster on a CPU."""
    parser = Parser(prog="python -m custom quantize", description=quantize.__doc__)
    parser.add_argument("--checkpoint", required=True, help="model.pt or last.pt; what it knows is taken over")
    parser.add_argument("--dataset_dir", default="", help="data of the training, to calibrate on (default: the simulated set)")
    parser.add_argument("--out", metavar="FILE", help="a new .xml (default: <checkpoint>_int8.xml)")
    parser.add_argument("--images", type=int, default=300, help="slices to calibrate on (default: 300)")
    parser.add_argument("--config", nargs="+", default=[], metavar="OVERLAY", help="configs to merge into the bundle's own")
    parser.add_argument("--bundle", metavar="DIR", help="the bundle to start from (default: the one of this package)")
    options = vars(parser.parse_args(arguments))
    from custom.export import quantize as write_quantized

    _without_notes()
    print(write_quantized(overlays=options.pop("config"), **options))
    return 0


def predict(arguments: Sequence[str]) -> int:
    """Mark tumour in a DICOM FLAIR series, and write a DICOM Segmentation."""
    parser = Parser(prog="python -m custom predict", description=predict.__doc__)
    parser.add_argument("series_dir", help="folder with the files of a FLAIR MR series")
    parser.add_argument("--series", metavar="UID_OR_NUMBER", help="which one, if the folder holds several")
    parser.add_argument("--out", metavar="DIR", required=True, help="new or empty folder, for segmentation.dcm")
    parser.add_argument("--nifti", action="store_true", help="write mask.nii.gz, too")
    parser.add_argument("--checkpoint", metavar="FILE", help="weights of one input channel (default: models/flair/model.pt)")
    parser.add_argument("--init-features", type=int, help="channels of the first level of these weights (default: 16)")
    parser.add_argument("--threshold", type=float, help="probability from which a voxel is marked (default: 0.5)")
    parser.add_argument("--device", help="cpu or cuda:0 (default: a GPU if there is one)")
    parser.add_argument("--bundle-root", metavar="DIR", help="folder with configs/flair.json (default: beside the package)")
    options = {name: value for name, value in vars(parser.parse_args(arguments)).items() if value is not None}
    try:
        import highdicom  # noqa: F401
    except ImportError as error:
        raise ValueError('pydicom or highdicom is missing: pip install "unet-bundle[dicom]"') from error
    from custom.dicom_route import predict_series

    result = predict_series(**options)
    print(f"{result.volume_ml:.1f} ml marked: {', '.join(map(str, result.paths))}")
    return 0


def record(arguments: Sequence[str]) -> int:
    """Write the record of weights, by which they can be used without being described."""
    parser = Parser(prog="python -m custom record", description=record.__doc__)
    parser.add_argument("--checkpoint", required=True, help="weights; <name>.json is written beside them")
    parser.add_argument("--config", nargs="+", default=[], metavar="OVERLAY", help="configs of the training behind train.json")
    parser.add_argument("--dataset_dir", default="", help="data of the training, for their digest (default: none)")
    parser.add_argument("--score", nargs=2, action="append", default=[], metavar=("NAME", "NUMBER"), help="such as val_seg 0.9")
    parser.add_argument("--bundle", metavar="DIR", help="the bundle to start from (default: the one of this package)")
    options = vars(parser.parse_args(arguments))
    from custom.export import describe

    try:
        scores = {name: float(value) for name, value in options.pop("score")}
    except ValueError as error:
        raise ValueError(f"score: {error}; give a name and a number, such as val_seg 0.9") from None
    print(describe(overlays=options.pop("config"), scores=scores, **options))
    return 0


def settings(arguments: Sequence[str]) -> int:
    """Print all settings of the configs, as the README shows them."""
    parser = Parser(prog="python -m custom settings", description=settings.__doc__)
    parser.parse_args(arguments)
    from custom.bundle_root import bundle_root
    from custom.settings.document import settings_table

    print(settings_table(bundle_root() / "configs"))
    return 0


def summary(arguments: Sequence[str]) -> int:
    """Print the scores of a run, and where its files are."""
    parser = Parser(prog="python -m custom summary", description=summary.__doc__)
    parser.add_argument("run_dir", help="folder of a run, such as runs/mine")
    options = parser.parse_args(arguments)
    from custom.summary import summary as text_of

    print(text_of(options.run_dir))
    return 0


VERBS: dict[str, Callable[[Sequence[str]], int]] = {
    "check": check,
    "download": download,
    "export": export,
    "figure": figure,
    "predict": predict,
    "quantize": quantize,
    "record": record,
    "settings": settings,
    "summary": summary,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb.

    Returns:
        The exit code: 0, 1 if the verb found problems, 2 after bad input, 130 after Ctrl-C, each with one line on stderr.
    """
    parser = argparse.ArgumentParser(
        prog="python -m custom",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="verbs:\n" + "\n".join(f"  {name:<10}{verb.__doc__}" for name, verb in VERBS.items()),
    )
    parser.add_argument("verb", choices=VERBS, metavar="VERB", help="what to do; VERB --help says more")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    try:
        return VERBS[options.verb](options.arguments)
    except (ValueError, OSError) as error:
        print(f"{parser.prog} {options.verb}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{parser.prog} {options.verb}: interrupted; nothing is half-written", file=sys.stderr)
        return 130


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what is half written is taken away
    sys.exit(main())
