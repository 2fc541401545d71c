"""Segment an image larger than memory: OME-Zarr, Zarr or TIFF in, OME-Zarr out, exactly as in one pass."""

import sys
from collections.abc import Sequence

from custom.bundle_root import bundle_root
from custom.command_line.options import require_dask
from custom.command_line.parser import Parser
from custom.runs import named_weights


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(prog="python -m custom segment", description=__doc__)
    parser.add_argument("image", metavar="IN", help="OME-Zarr, Zarr or TIFF: a path, or a URL such as s3://bucket/a.zarr")
    parser.add_argument("out", metavar="OUT", help="the OME-Zarr to write: NAME.zarr, new or begun by the same command")
    parser.add_argument("--checkpoint", metavar="RUN", help="a run, or weights (default: models/nuclei/model.pt of the bundle)")
    parser.add_argument("--level", type=int, default=0, help="level of the image's pyramid (default: 0, the finest)")
    parser.add_argument("--axes", help="axes of an image that does not name them, such as zyx")
    parser.add_argument("--channel", type=int, help="use only this channel, counted from 0 (default: all)")
    numbered = "number the objects (default: as the weights' record says)"
    parser.add_argument("--instances", action="store_true", default=None, help=numbered)
    parser.add_argument("--no-instances", action="store_false", dest="instances", help="do not number the objects")
    parser.add_argument("--probabilities", action="store_true", help="write the probabilities, too")
    parser.add_argument("--threshold", type=float, help="probability from which a pixel is marked (default: the record's)")
    parser.add_argument("--min_size_px", type=int, help="least pixels of an object (default: the record's)")
    parser.add_argument("--block", type=int, nargs=2, metavar=("ROWS", "COLUMNS"), help="size of a block (default: 4096 8192)")
    parser.add_argument("--ome_version", choices=("0.5", "0.4"), default="0.5", help="version of OME-Zarr (default: 0.5)")
    parser.add_argument("--scheduler", default="local", help="address of a Dask scheduler, such as tcp://10.0.0.1:8786")
    parser.add_argument("--workers", type=int, help="processes on this machine (default: one for each GPU, or each core)")
    parser.add_argument("--memory_limit_mb", type=float, help="memory of each worker in MB")
    options = vars(parser.parse_args(arguments))
    require_dask()
    options["checkpoint"] = named_weights(options["checkpoint"] or str(bundle_root() / "models" / "nuclei" / "model.pt"))
    from custom.large import segment

    options["block"] = tuple(options["block"]) if options["block"] else None
    try:
        return segment(**options).tell()
    except (KeyboardInterrupt, SystemExit):  # SIGTERM, too, ends the program so
        print("what was done so far stays; the same command goes on with it", file=sys.stderr)
        raise
