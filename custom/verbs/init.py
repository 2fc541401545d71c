"""Look at images and masks under any names, and write a plan for a training, with a reason for each choice."""

from collections.abc import Sequence
from pathlib import Path

from custom.command_line.options import add_timing
from custom.command_line.parser import Parser


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(
        prog="python -m custom init",
        description=__doc__,
        epilog="Any setting may follow, such as --epochs 60, and wins over what the data ask for.",
    )
    parser.add_argument("data", metavar="DATA", help="folder of the images and their masks, as you got them")
    parser.add_argument("--plan", default="", metavar="FILE", help="the plan to write (default: ./<name of the folder>.json)")
    add_timing(parser)
    options, given = parser.parse_with_settings(arguments)
    from custom.init.make import make_plan

    make_plan(options.data, Path(options.plan) if options.plan else None, given, timed=options.timing == "True")
    return 0
