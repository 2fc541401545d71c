"""Write the record of weights, so that no settings are needed to use them."""

from collections.abc import Sequence

from custom.command_line.options import add_bundle
from custom.command_line.parser import Parser
from custom.runs import named_weights


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(prog="python -m custom record", description=__doc__)
    parser.add_argument("--checkpoint", required=True, metavar="RUN", help="a run, or weights; writes <name>.json beside them")
    parser.add_argument("--config", nargs="+", default=[], metavar="OVERLAY", help="configs of the training after train.json")
    parser.add_argument("--dataset_dir", default="", help="data of the training, to record their digest (default: none)")
    parser.add_argument(
        "--score", nargs=2, action="append", default=[], metavar=("NAME", "NUMBER"), help="a score, such as val_seg 0.9"
    )
    add_bundle(parser)
    options = vars(parser.parse_args(arguments))
    options["checkpoint"] = named_weights(options["checkpoint"], options["bundle"])
    from custom.export import describe

    try:
        scores = {name: float(value) for name, value in options.pop("score")}
    except ValueError as error:
        raise ValueError(f"score: {error}; give a name and a number, such as val_seg 0.9") from None
    print(describe(overlays=options.pop("config"), scores=scores, **options))
    return 0
