"""Show the progress of a run, its scores, where its files are, and which command comes next."""

from collections.abc import Sequence

from custom.command_line.parser import Parser


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(prog="python -m custom summary", description=__doc__)
    parser.add_argument("run", metavar="RUN", help="folder of a run, or its name below runs/")
    options = parser.parse_args(arguments)
    from custom.command_line.bundle_command import known_bundle
    from custom.runs import run_folder
    from custom.runs.summary import summary as text_of

    print(text_of(run_folder(options.run, known_bundle())))
    return 0
