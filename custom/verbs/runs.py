"""List runs with their epochs, best scores and the settings that differ."""

from collections.abc import Sequence
from pathlib import Path

from custom.command_line.parser import Parser


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(prog="python -m custom runs", description=__doc__)
    parser.add_argument("--runs", default="", metavar="DIR", help="folder of the runs (default: runs/ of the bundle)")
    options = parser.parse_args(arguments)
    from custom.command_line.bundle_command import known_bundle
    from custom.command_line.terminal import console
    from custom.runs.listing import find_runs, runs_table

    parent = Path(options.runs).expanduser() if options.runs else known_bundle() / "runs"
    found, failures = find_runs(parent)
    if found:
        console().print(runs_table(found, parent), soft_wrap=False)
    for line in failures:
        console(stderr=True).print(line)
    return 1 if failures else 0
