"""Train and score the folds of a cross-validation by patient, and sum them up; begun folds go on.

Any setting of a training or an evaluation may follow as --NAME VALUE, such as --epochs 40 or --average True.
"""

import ast
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from custom.bundle_root import bundle_root
from custom.command_line import Parser


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(prog="python -m custom crossval", description=__doc__)
    parser.add_argument("--dataset_dir", default="", metavar="DIR", help="folder of the data (default: the simulated set)")
    parser.add_argument(
        "--config_file", nargs="+", default=[], metavar="OVERLAY", help="behind train.json, such as folder.json"
    )
    parser.add_argument("--run_name", default="", metavar="NAME", help="new folder below runs/ of the bundle")
    parser.add_argument("--num_folds", type=int, default=5, metavar="N", help="default: 5")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of folds, trainings and bootstrap (default: 0)")
    parser.add_argument("--resume", default="", metavar="DIR", help="go on with this cross-validation, such as runs/mine")
    parser.add_argument("--only", type=int, nargs="+", default=[], metavar="FOLD", help="these folds alone, from 0")
    parser.add_argument("--bundle_root", metavar="DIR", help="folder with configs/ (default: beside the package)")
    options, rest = parser.parse_known_args(arguments)
    settings = _settings(parser, rest)
    from custom.crossval.plan import new_plan, read_plan

    bundle = bundle_root(options.bundle_root)
    if options.resume:
        plan = read_plan(options.resume)
        if settings or options.config_file or options.dataset_dir:
            raise ValueError(f"resume: {options.resume} goes on with its own settings; leave the others out")
    else:
        settings["dataset_dir"] = options.dataset_dir and str(Path(options.dataset_dir).resolve())
        name = options.run_name or parser.error("give a --run_name, or --resume DIR")
        plan = new_plan(bundle, name, options.config_file, settings, options.num_folds, options.seed)
    from custom.crossval.run import run_folds
    from custom.crossval.summary import ensemble_of, write_summary

    run_folds(plan, bundle, options.only)
    print(write_summary(plan, options.seed))
    print(f'{plan.folder}/crossval.png shows them; all folds predict together with --checkpoint "{ensemble_of(plan)}"')
    return 0


def _settings(parser: Parser, rest: Sequence[str]) -> dict[str, Any]:
    """The settings among the words that the parser did not know: `--epochs 4` and `--epochs=4`."""
    words = [part for word in rest for part in (word.split("=", 1) if word.startswith("--") else [word])]
    if len(words) % 2 or not all(word.startswith("--") for word in words[::2]):
        parser.error(f"settings are given as --NAME VALUE, got {' '.join(rest)}")
    return {name[2:]: _value(value) for name, value in zip(words[::2], words[1::2], strict=True)}


def _value(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
