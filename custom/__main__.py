"""The front door for what MONAI has no command for: `python -m custom VERB`."""

import argparse
import signal
import sys
from collections.abc import Sequence
from importlib import import_module

from custom.verbs import VERBS


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb.

    Returns:
        The exit code: 0, 1 if the verb found problems, 2 after bad input, 130 after Ctrl-C, each with one line on stderr.
    """
    parser = argparse.ArgumentParser(
        prog="python -m custom",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="verbs:\n" + "\n".join(f"  {name:<10}{verb.help}" for name, verb in VERBS.items()),
    )
    parser.add_argument("verb", choices=VERBS, metavar="VERB", help="what to do; VERB --help says more")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    try:
        return int(import_module(f"custom.verbs.{options.verb}").run(options.arguments))
    except (ValueError, OSError) as error:
        print(f"{parser.prog} {options.verb}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{parser.prog} {options.verb}: interrupted; nothing is half-written", file=sys.stderr)
        return 130


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what is half written is taken away
    sys.exit(main())
