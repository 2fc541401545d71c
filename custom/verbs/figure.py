"""Draw a figure of the paper from a network, or from images."""

from collections.abc import Sequence

from custom.command_line.parser import Parser


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(prog="python -m custom figure", description=__doc__)
    from custom.figures.commands import add_figures, save_figure

    add_figures(parser)
    print(save_figure(parser.parse_args(arguments)))
    return 0
