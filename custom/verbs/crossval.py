"""Train and score the folds of a cross-validation by patient, and summarise them; interrupted folds continue."""

from collections.abc import Sequence
from pathlib import Path

from custom.command_line.options import add_bundle
from custom.command_line.parser import Parser


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(
        prog="python -m custom crossval",
        description=__doc__,
        epilog="Any setting of bundle/docs/settings.md may follow, such as --epochs 60, also of evaluations: --average True.",
    )
    parser.add_argument(
        "--dataset_dir", default="", metavar="DIR", help="folder of the data (default: that of a plan, else the simulated set)"
    )
    parser.add_argument(
        "--config", nargs="+", default=[], metavar="OVERLAY", help="a plan of init, or further configs, such as ema or nuclei"
    )
    parser.add_argument("--run_name", default="", metavar="NAME", help="new folder below runs/ of the bundle")
    parser.add_argument("--num_folds", type=int, default=5, metavar="N", help="number of folds (default: 5)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of folds, trainings and bootstrap (default: 0)")
    parser.add_argument("--resume", default="", metavar="DIR", help="continue this cross-validation, such as runs/mine")
    parser.add_argument("--only", type=int, nargs="+", default=[], metavar="FOLD", help="only these folds, counted from 0")
    add_bundle(parser)
    options, settings = parser.parse_with_settings(arguments)
    from custom.command_line.bundle_command import known_bundle, shown
    from custom.crossval.plan import FOLDS, new_plan, read_plan, write_plan

    bundle = Path(shown(known_bundle(options.bundle)))
    data = options.dataset_dir and str(Path(options.dataset_dir).expanduser().resolve())
    if options.resume:
        if settings or options.config:
            raise ValueError(f"resume: {options.resume} goes on with its own settings; leave the others out")
        plan = read_plan(options.resume, bundle, data)
    else:
        if data:  # otherwise a plan may name them
            settings["dataset_dir"] = data
        name = options.run_name or parser.error("give a --run_name, or --resume DIR")
        plan = new_plan(bundle, name, options.config, settings, options.num_folds, options.seed)
    from custom.crossval.run import run_folds
    from custom.crossval.summary import ensemble_of, write_summary

    run_folds(plan, bundle, options.only)
    if options.resume and data:
        write_plan(plan, plan.folder / FOLDS)
    print(write_summary(plan, options.seed))
    print(f'{plan.folder}/crossval.png shows them; all folds predict together with --checkpoint "{ensemble_of(plan)}"')
    return 0
