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
        "dataset_dir", help="folder of <name>.<ext> and <name>_mask.<ext> (tif, tiff, png, nii, nii.gz), nested too"
    )
    parser.add_argument("--in-channels", type=int, default=3, help="channels that an image should have (default: 3)")
    parser.add_argument("--num-classes", type=int, default=1, help="1: masks of 0 and 1 or 255; K: 0 to K-1 (default: 1)")
    options = parser.parse_args(arguments)
    from custom.data.check import check_dataset

    report = check_dataset(options.dataset_dir, in_channels=options.in_channels, num_classes=options.num_classes)
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


def predict(arguments: Sequence[str]) -> int:
    """Mark tumour in a DICOM FLAIR series, and write a DICOM Segmentation."""
    parser = argparse.ArgumentParser(prog="python -m custom predict", description=predict.__doc__)
    parser.add_argument("series_dir", help="folder with the files of one FLAIR MR series")
    parser.add_argument("--out", metavar="DIR", required=True, help="new or empty folder, for segmentation.dcm")
    parser.add_argument("--nifti", action="store_true", help="write mask.nii.gz, too")
    parser.add_argument("--checkpoint", metavar="FILE", help="weights of one input channel (default: models/flair.pt)")
    parser.add_argument("--init-features", type=int, help="channels of the first level of these weights (default: 16)")
    parser.add_argument("--threshold", type=float, help="probability from which a voxel is marked (default: 0.5)")
    parser.add_argument("--device", help="cpu or cuda:0 (default: a GPU if there is one)")
    parser.add_argument("--bundle-root", metavar="DIR", help="folder with configs/flair.json (default: beside the package)")
    options = {name: value for name, value in vars(parser.parse_args(arguments)).items() if value is not None}
    try:
        import highdicom  # noqa: F401
    except ImportError as error:
        raise ValueError('pydicom or highdicom is missing: pip install "unet-bundle[dicom]"') from error
    from custom.predict import predict_series

    result = predict_series(**options)
    print(f"{result.volume_ml:.1f} ml marked: {', '.join(map(str, result.paths))}")
    return 0


def summary(arguments: Sequence[str]) -> int:
    """Print the scores of a run, and where its files are."""
    parser = argparse.ArgumentParser(prog="python -m custom summary", description=summary.__doc__)
    parser.add_argument("run_dir", help="folder of a run, such as runs/mine")
    options = parser.parse_args(arguments)
    from custom.summary import summary as text_of

    print(text_of(options.run_dir))
    return 0


VERBS: dict[str, Callable[[Sequence[str]], int]] = {
    "check": check,
    "download": download,
    "predict": predict,
    "summary": summary,
}


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
    except (ValueError, OSError) as error:
        print(f"{parser.prog} {options.verb}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
