"""Print the scores of a run, and where its files are."""

from collections.abc import Sequence

from custom.command_line import Parser


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(prog="python -m custom summary", description=__doc__)
    parser.add_argument("run_dir", help="folder of a run, such as runs/mine")
    options = parser.parse_args(arguments)
    from custom.summary import summary as text_of

    print(text_of(options.run_dir))
    return 0
