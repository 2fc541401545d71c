"""Calibrate probabilities on held-out patients: find their temperature and write it into the record of the weights."""

from collections.abc import Sequence

from custom.command_line.options import add_bundle
from custom.command_line.parser import Parser
from custom.runs import named_weights


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(prog="python -m custom calibrate", description=__doc__)
    parser.add_argument("--checkpoint", required=True, metavar="RUN", help="a run, or weights with their record beside them")
    parser.add_argument("--dataset_dir", default="", metavar="DIR", help="folder of the data (default: that of the run)")
    parser.add_argument(
        "--config",
        nargs="+",
        default=[],
        metavar="OVERLAY",
        help="configs of the training, if it left no config.json",
    )
    parser.add_argument("--part", default="val", choices=["val", "unseen"], help="patients by the split of the weights")
    parser.add_argument("--device", metavar="NAME", help="cpu or cuda:0 (default: a GPU if there is one)")
    add_bundle(parser)
    parser.add_argument("--dry_run", action="store_true", help="print the temperature, but do not change the record")
    options = vars(parser.parse_args(arguments))
    options["checkpoint"] = named_weights(options["checkpoint"], options["bundle"])
    from custom.command_line.bundle_command import known_bundle
    from custom.command_line.quiet import without_notes
    from custom.runs.calibrate import calibrate, record_temperature

    without_notes()
    dry = options.pop("dry_run")
    found = calibrate(bundle=known_bundle(options.pop("bundle")), configs=options.pop("config"), **options)
    print(found)
    if not dry:
        print(f"{record_temperature(options['checkpoint'], found.temperature)} holds it; probability maps use it from now on")
    return 0
