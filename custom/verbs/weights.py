"""The weights that a verb is given as `--checkpoint`, and the bundle whose configs it uses."""

from pathlib import Path

from custom.bundle_root import bundle_root
from custom.command_line.bundle_command import shown
from custom.command_line.parser import Parser
from custom.runs import weights_of


def add_bundle(parser: Parser) -> None:
    """Adds `--bundle_root` to the command line of a verb, under the name `bundle`."""
    parser.add_argument(
        "--bundle_root", dest="bundle", metavar="DIR", help="folder with configs/ (default: beside the package)"
    )
    parser.alias("bundle", "--bundle")


def named_weights(checkpoint: str, bundle: str | Path | None = None) -> str:
    """The path of the weights, which are there: a file itself, or those of a run, by its folder or name. Torch is not needed.

    Args:
        checkpoint: as it was typed.
        bundle: the bundle whose `runs/` are meant; none for the usual one.

    Raises:
        ValueError: if there are no such weights.
    """
    return shown(weights_of(checkpoint, bundle_root(bundle, setting="bundle_root").resolve()))
