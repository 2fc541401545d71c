"""Read a data set without training, and report what it holds and what is wrong with it."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from custom.command_line.check_command import ANY_NUMBER, DEFAULTS
from custom.command_line.parser import Parser

# Problems that say nothing while no image has a label: which files are images is not known yet.
UNPAIRED = ("missing mask", "orphan mask", "wrong channel count")


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(prog="python -m custom check", description=__doc__)
    parser.add_argument(
        "dataset_dir",
        help="folder of images/ and labels/, or of <name>_mask.<ext> beside <name>.<ext>; bundle/docs/formats.md lists formats",
    )
    text = f"channels that an image should have, or {ANY_NUMBER} to not ask (default: %(default)s)"
    _add(parser, "input_channels", text, "--in-channels", type=_number_or_none)
    _add(parser, "num_classes", "1: masks of 0 and 1 or 255; K: 0 to K-1 (default: %(default)s)", type=int)
    parser.add_argument("--instances", action="store_true", help="masks hold whole numbers, one for each object")
    for name, text in (
        ("image_folder", "the images' folder in dataset_dir"),
        ("label_folder", "the labels' folder in dataset_dir"),
        ("image_suffix", "what images' names end with and labels' do not, such as _0000"),
        ("label_suffix", "what labels' names end with (default: _mask, _masks, _cp_masks or .seg)"),
        ("field_folder", "the folder of the masks of the field of view in dataset_dir"),
        ("field_suffix", "what the names of these masks end with"),
    ):
        _add(parser, name, text, f"--slices#{name}", metavar="NAME")
    parser.add_argument(
        "--only_pairs", nargs="?", const=True, type=_true_or_false, default=DEFAULTS["only_pairs"], metavar="True",
        help="leave out images without a label, and labels without an image",
    )  # fmt: skip
    parser.alias("only_pairs", "--slices#only_pairs", nargs="?", const=True, type=_true_or_false)
    _add(parser, "label_geometry", "image uses labels voxel by voxel as they are stored (default: %(default)s)")
    _add(parser, "ignore_label", "label that loss and scores ignore (default: none)", type=int)
    parser.add_argument("--all_files", action="store_true", help="name every file of a problem that many files have")
    options = vars(parser.parse_args(arguments))
    all_files = options.pop("all_files")
    from custom.data.check import check_dataset

    names, refused = _names(options)
    channels = options.pop("input_channels")
    report = check_dataset(in_channels=channels, **options | names)
    if refused and all(line.partition(": ")[2].startswith(UNPAIRED) for line in report.problems):
        raise ValueError(refused)  # one reason, in place of a line for each file
    print(report.text(all_files))
    return int(bool(report.problems))


def _names(options: dict[str, Any]) -> tuple[dict[str, str], str]:
    """The names that `init` finds where none are given and by the usual ones no image has a label, or why it finds none."""
    from custom.data.names import Names

    if any(options[name] for name in Names._fields):
        return {}, ""
    from custom.init.elsewhere import names_to_check

    try:
        found = {name: text for name, text in names_to_check(Path(options["dataset_dir"]))._asdict().items() if text}
    except ValueError as error:
        return {}, str(error)
    if found:
        print(f"{'names':<14}{', '.join(f'{name} {text}' for name, text in found.items())}: as init finds them")
    return found, ""


def _true_or_false(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"must be True or False, got {text!r}")
    return text.lower() == "true"


def _number_or_none(text: str) -> int | None:
    if not text.isdecimal() and text.lower() != ANY_NUMBER:
        raise argparse.ArgumentTypeError(f"must be a whole number or {ANY_NUMBER}, got {text!r}")
    return int(text) if text.isdecimal() else None


def _add(parser: Parser, name: str, text: str, *others: str, **options: Any) -> None:
    """Adds `--name` with its default, and what else may be written for it without being shown in the help."""
    parser.add_argument(f"--{name}", help=text, default=DEFAULTS[name], **options)
    parser.alias(name, *others, **{option: value for option, value in options.items() if option == "type"})
