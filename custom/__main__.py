"""The front door for what MONAI has no command for: `python -m custom VERB`."""

import argparse
import signal
import sys
from collections.abc import Sequence
from importlib import import_module

from custom.door import TOLD, first_cause, show_traceback, text_of
from custom.printable import printable
from custom.verbs import VERBS

OK, BAD_INPUT, FAULT, INTERRUPTED = 0, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb.

    Returns:
        The exit code: 0, 1 if the verb found problems, 2 after bad input, 3 after a fault of the program, 130 after Ctrl-C;
        but for 0 and 1 with one line on stderr, before which `--debug` shows the traceback.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(import_module(f"custom.verbs.{options.verb}").run(options.arguments))
    except KeyboardInterrupt:
        return _end(options, INTERRUPTED, "interrupted; nothing is half-written")
    except SystemExit as error:  # so end parsers, and the parts of a config
        if error.code is None or isinstance(error.code, int):
            raise
        return _end(options, BAD_INPUT, str(error.code), error)
    except TOLD as error:
        return _end(options, BAD_INPUT, text_of(error), error)
    except Exception as error:
        cause = first_cause(error)
        if isinstance(cause, TOLD):
            return _end(options, BAD_INPUT, text_of(cause), error)
        mend = "" if options.debug else "; `python -m custom --debug …` shows where, for a report"
        return _end(options, FAULT, f"{text_of(cause)}{mend}", error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m custom",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="verbs:\n" + "\n".join(f"  {name:<10}{verb.help}" for name, verb in VERBS.items()),
    )
    parser.add_argument("--debug", action="store_true", help="show after an error where it came from")
    parser.add_argument("verb", choices=VERBS, metavar="VERB", help="what to do; VERB --help says more")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def _end(options: argparse.Namespace, code: int, line: str, error: BaseException | None = None) -> int:
    if options.debug and error is not None:
        show_traceback(error)
    print(printable(f"python -m custom {options.verb}: {line}", kept="\n"), file=sys.stderr)
    return code


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what is half written is taken away
    sys.exit(main())
