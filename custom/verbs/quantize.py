"""Make 8-bit weights for OpenVINO, which predict faster on a CPU."""

from collections.abc import Sequence

from custom.command_line.options import add_bundle
from custom.command_line.parser import Parser
from custom.command_line.quiet import without_notes
from custom.runs import named_weights


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(prog="python -m custom quantize", description=__doc__)
    parser.add_argument("--checkpoint", required=True, metavar="RUN", help="a run, or weights; settings come from their record")
    parser.add_argument("--dataset_dir", default="", help="data of the training, for calibration (default: those of the run)")
    parser.add_argument("--out", metavar="FILE", help="a new .xml (default: <checkpoint>_int8.xml)")
    parser.add_argument("--images", type=int, default=300, help="number of slices for calibration (default: 300)")
    parser.add_argument("--config", nargs="+", default=[], metavar="OVERLAY", help="configs to merge into those of the bundle")
    add_bundle(parser)
    options = vars(parser.parse_args(arguments))
    options["checkpoint"] = named_weights(options["checkpoint"], options["bundle"])
    from custom.export import quantize as write_quantized

    without_notes()
    print(write_quantized(overlays=options.pop("config"), **options))
    return 0
