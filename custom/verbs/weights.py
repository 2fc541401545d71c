"""The weights that a verb is given as `--checkpoint`."""

from pathlib import Path

from custom.bundle_root import bundle_root
from custom.command_line.bundle_command import shown
from custom.runs import weights_of


def named_weights(checkpoint: str, bundle: str | Path | None = None) -> str:
    """The path of the weights, which are there: a file itself, or those of a run, by its folder or name. Torch is not needed.

    Args:
        checkpoint: as it was typed.
        bundle: the bundle whose `runs/` are meant; none for the usual one.

    Raises:
        ValueError: if there are no such weights.
    """
    return shown(weights_of(checkpoint, bundle_root(bundle).resolve()))
