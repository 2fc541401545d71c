"""Print all settings of the configs, as bundle/docs/settings.md shows them."""

from collections.abc import Sequence

from custom.command_line.parser import Parser


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(prog="python -m custom settings", description=__doc__)
    parser.parse_args(arguments)
    from custom.bundle_root import bundle_root
    from custom.settings.document import settings_table

    print(settings_table(bundle_root() / "configs"))
    return 0
