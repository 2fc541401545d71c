"""Download a public data set."""

from collections.abc import Sequence

from custom.command_line.parser import Parser


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(prog="python -m custom download", description=__doc__)
    parser.add_argument("name", choices=["lgg"], help="lgg: the brain MRI of the LGG segmentation set, from Kaggle")
    parser.add_argument("--out", metavar="DIR", help="empty or new folder (default: kagglehub's cache)")
    options = parser.parse_args(arguments)
    from custom.data.download import download_lgg

    print(f"train on it with --dataset_dir {download_lgg(options.out)}")
    return 0
