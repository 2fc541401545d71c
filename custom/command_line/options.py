"""Options that several verbs have."""

from argparse import ArgumentParser, Namespace

from custom.command_line.parser import Parser


def add_bundle(parser: Parser) -> None:
    """Adds `--bundle_root` to the command line of a verb, under the name `bundle`; None if it is not given."""
    parser.add_argument(
        "--bundle_root", dest="bundle", metavar="DIR", help="folder with configs/ (default: beside the package)"
    )
    parser.alias("bundle", "--bundle")


def add_timing(parser: ArgumentParser, of: str = "") -> None:
    """Adds `--timing` to the command line of a verb.

    Args:
        parser: that of the verb.
        of: where it holds, if not always, as the help says it.
    """
    told = f"{of}run three steps to estimate the time (default: True)"
    parser.add_argument("--timing", default="True", choices=("True", "False"), help=told)


def add_worker_options(parser: ArgumentParser) -> None:
    """Adds `--workers` and `--scheduler` to the command line of a verb."""
    parser.add_argument("--workers", type=int, default=1, help="processes on this machine, each with its patients (default: 1)")
    parser.add_argument("--scheduler", default="", help="address of a Dask scheduler, whose workers share the patients")


def is_spread(options: Namespace) -> bool:
    """Whether a command line asks for several workers.

    Raises:
        ValueError: if it asks for fewer than one, both here and on a cluster, or for those of Dask, which is missing.
    """
    if options.workers < 1:
        raise ValueError(f"workers must be at least 1, got {options.workers}")
    if options.workers > 1 and options.scheduler:
        raise ValueError("workers is for processes on this machine, and scheduler for a cluster; leave one of them out")
    if options.workers == 1 and not options.scheduler:
        return False
    require_dask()
    return True


def require_dask() -> None:
    """Makes sure that what `custom.large` needs is installed.

    Raises:
        ValueError: if it is not, with the command that installs it.
    """
    try:
        import distributed  # noqa: F401
        import zarr  # noqa: F401
    except ImportError as error:
        raise ValueError('dask or zarr is missing: pip install "unet-bundle[large]"') from error
