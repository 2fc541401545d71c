"""Make a bundle that stands on its own, as a folder and a zip."""

from collections.abc import Sequence

from custom.command_line.options import add_bundle
from custom.command_line.parser import Parser
from custom.command_line.quiet import without_notes
from custom.runs import named_weights


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(prog="python -m custom export", description=__doc__)
    parser.add_argument("--checkpoint", required=True, metavar="RUN", help="a run, or weights; settings come from their record")
    parser.add_argument("--config", nargs="+", default=[], metavar="OVERLAY", help="configs to merge into those of the bundle")
    parser.add_argument("--out", default="dist", metavar="DIR", help="a new folder (default: dist)")
    parser.add_argument("--name", default="unet_bundle", help="name of the bundle's folder and zip (default: unet_bundle)")
    parser.add_argument("--version", help="version, such as 0.2.0 (default: that of the metadata)")
    parser.add_argument("--changes", metavar="TEXT", help="what a user will notice in a new version")
    parser.add_argument("--url", default="", help="folder where the weights will be published, for large_files.yml")
    add_bundle(parser)
    options = vars(parser.parse_args(arguments))
    options["checkpoint"] = named_weights(options["checkpoint"], options["bundle"])
    from custom.export import export_bundle

    without_notes()
    root = export_bundle(overlays=options.pop("config"), **options)
    print(f"{root}\n{next(root.parent.glob('*.zip'))}")
    if (root / "models" / "split.json").is_file():
        print("models/split.json names the patients trained on: take it out where that is private")
    return 0
