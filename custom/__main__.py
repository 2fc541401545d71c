"""The front door for what MONAI has no command for: `python -m custom VERB`.

Each verb has a parser of its own and imports what it needs only when it runs, so that help comes at once.
"""

import argparse
import sys
from collections.abc import Callable, Sequence


def check(arguments: Sequence[str]) -> int:
    """Read a data set without training, and report what it holds and what is wrong with it."""
    parser = argparse.ArgumentParser(prog="python -m custom check", description=check.__doc__)
    parser.add_argument(
        "dataset_dir",
        help="folder of <name>.<ext> and <name>_mask.<ext> (tif, tiff, png, nii, nii.gz), nested too, or images/ and labels/",
    )
    parser.add_argument("--in-channels", type=int, default=3, help="channels that an image should have (default: 3)")
    parser.add_argument("--num-classes", type=int, default=1, help="1: masks of 0 and 1 or 255; K: 0 to K-1 (default: 1)")
    parser.add_argument("--instances", action="store_true", help="masks hold any whole numbers, one for each object")
    options = parser.parse_args(arguments)
    from custom.data.check import check_dataset

    report = check_dataset(**vars(options))
    print(report)
    return int(bool(report.problems))


def download(arguments: Sequence[str]) -> int:
    """Fetch a public data set."""
    parser = argparse.ArgumentParser(prog="python -m custom download", description=download.__doc__)
    parser.add_argument("name", choices=["lgg"], help="lgg: the brain MRI of the LGG segmentation set, from Kaggle")
    parser.add_argument("--out", metavar="DIR", help="empty or new folder (default: kagglehub's cache)")
    options = parser.parse_args(arguments)
    from custom.data.download import download_lgg

    print(f"train on it with --dataset_dir {download_lgg(options.out)}")
    return 0


def figure(arguments: Sequence[str]) -> int:
    """Draw a figure of the paper from a network, or from images."""
    parser = argparse.ArgumentParser(prog="python -m custom figure", description=figure.__doc__)
    from custom.figures.commands import add_figures, save_figure

    add_figures(parser)
    print(save_figure(parser.parse_args(arguments)))
    return 0


def summary(arguments: Sequence[str]) -> int:
    """Print the scores of a run, and where its files are."""
    parser = argparse.ArgumentParser(prog="python -m custom summary", description=summary.__doc__)
    parser.add_argument("run_dir", help="folder of a run, such as runs/mine")
    options = parser.parse_args(arguments)
    from custom.summary import summary as text_of

    print(text_of(options.run_dir))
    return 0


VERBS: dict[str, Callable[[Sequence[str]], int]] = {"check": check, "download": download, "figure": figure, "summary": summary}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb.

    Returns:
        The exit code: 0, 1 if the verb found problems, 2 after bad input, which is one line on stderr.
    """
    parser = argparse.ArgumentParser(
        prog="python -m custom",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="verbs:\n" + "\n".join(f"  {name:<10}{verb.__doc__}" for name, verb in VERBS.items()),
    )
    parser.add_argument("verb", choices=VERBS, metavar="VERB", help="what to do; VERB --help says more")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    try:
        return VERBS[options.verb](options.arguments)
    except ValueError as error:
        print(f"{parser.prog} {options.verb}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
