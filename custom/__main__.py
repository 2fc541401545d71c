"""The front door: `python -m custom VERB`."""

import sys
from collections.abc import Sequence
from importlib import import_module

from custom.command_line.door import TOLD, first_cause, show_traceback, text_of
from custom.system.end_by_signal import INTERRUPTED, EndBySignal
from custom.system.shared_cores import share_cores
from custom.system.streams import is_left_by_reader, left_by_reader, open_streams, piped
from custom.text.nearest import did_you_mean
from custom.text.printable import printable
from custom.verbs import MEANT, VERBS

PROG = "python -m custom"
OK, BAD_INPUT, FAULT, CTRL_C = 0, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb; without a verb, lists them.

    Returns:
        The exit code: 0, 1 if the verb found problems, 2 after bad input, 3 after a fault of the program, 130 after Ctrl-C;
        but for 0 and 1 with one line on stderr, before which `--debug` shows the traceback.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = words[:1] == ["--debug"]
    verb, *rest = words[debug:] or ["--help"]
    if verb in ("-h", "--help", "help"):
        _list_verbs()
        return OK
    if verb == "--version":
        print(_version())
        return OK
    if verb not in VERBS:
        told = f"; did you mean `{PROG} {MEANT[verb]}`?" if verb in MEANT else ""
        return _end(PROG, BAD_INPUT, f"no verb {verb!r}{told or did_you_mean(verb, VERBS, f'; {PROG} lists them')}")
    return _run(verb, rest, debug)


def _run(verb: str, arguments: list[str], debug: bool) -> int:
    prog = f"{PROG} {verb}"
    share_cores()
    try:
        return int(import_module(f"custom.verbs.{verb}").run(arguments))
    except KeyboardInterrupt:
        return _end(prog, CTRL_C, INTERRUPTED)
    except SystemExit as error:  # so end parsers, and the parts of a config
        if error.code is None or isinstance(error.code, int):
            raise
        return _end(prog, BAD_INPUT, str(error.code), error if debug else None)
    except TOLD as error:
        if is_left_by_reader(error):
            return left_by_reader()
        return _end(prog, BAD_INPUT, text_of(error), error if debug else None)
    except Exception as error:
        cause = first_cause(error)
        if isinstance(cause, TOLD):
            return _end(prog, BAD_INPUT, text_of(cause), error if debug else None)
        mend = "" if debug else "; `python -m custom --debug …` shows where, for a report"
        return _end(prog, FAULT, f"{text_of(cause)}{mend}", error if debug else None)


def _end(prog: str, code: int, line: str, shown: BaseException | None = None) -> int:
    from custom.command_line.terminal import say_error

    if shown is not None:
        show_traceback(shown)
    say_error(prog, printable(line, kept="\n"))
    return code


def _list_verbs() -> None:
    from rich.text import Text

    from custom.command_line.terminal import console

    out = console()
    out.print(f"usage: {PROG} VERB ...    {PROG} VERB --help says more    {PROG} --version")
    out.print(f"       {PROG} --debug VERB ... shows after an error where it came from")
    for group in dict.fromkeys(verb.group for verb in VERBS.values()):
        out.print(Text(f"\n{group}", "bold"))
        for name, verb in VERBS.items():
            if verb.group == group:
                out.print(Text.assemble((f"  {name:<10}", "cyan"), verb.help))
                out.print(Text(f"            {verb.example}", "dim"))


def _version() -> str:
    from custom.bundle_root import bundle_version

    return f"unet-bundle {bundle_version() or 'of no bundle'}"


if __name__ == "__main__":
    open_streams()
    end = EndBySignal()
    code = piped(main)
    end.finish()
    sys.exit(code)
