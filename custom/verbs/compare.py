"""Compare two runs on the patients, or images, that both runs scored: the second minus the first."""

from collections.abc import Sequence

from custom.command_line.parser import Parser


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(prog="python -m custom compare", description=__doc__)
    parser.add_argument("first", metavar="RUN", help="folder of a run, or its name below runs/")
    parser.add_argument("second", metavar="RUN", help="folder or name of the other run")
    parser.add_argument("--score", default="dice", help="a column of patients.csv (default: dice)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the bootstrap (default: 0)")
    options = parser.parse_args(arguments)
    if options.seed < 0:
        raise ValueError(f"seed must be at least 0, got {options.seed}")
    from custom.command_line.bundle_command import known_bundle
    from custom.command_line.terminal import console
    from custom.runs import run_folder
    from custom.runs.comparison import compare, scored_pair
    from custom.runs.comparison_text import comparison_text
    from custom.runs.state import read_run

    root = known_bundle()
    first, second = (read_run(run_folder(name, root)) for name in (options.first, options.second))
    scored = scored_pair(first, second)
    result = compare(scored[0].rows, scored[1].rows, options.score, options.seed)
    console().print(comparison_text((first, second), scored, result, options.score))
    return 0
