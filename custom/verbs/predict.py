"""Predict images, or mark tumour in a DICOM FLAIR series and write a DICOM Segmentation: the folder's files decide."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import Any

from custom.command_line.options import add_bundle, add_worker_options, is_spread
from custom.command_line.parser import Parser
from custom.storage.output_folder import new_output_dir


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(
        prog="python -m custom predict",
        description=__doc__,
        epilog="Any setting of bundle/docs/settings.md for predictions may follow, such as --probability_maps True.",
    )
    parser.add_argument("images", metavar="IMAGES", help="an image, a folder of images, or the folder of a DICOM series")
    parser.add_argument(
        "--checkpoint", default="", metavar="RUN", help="a run, weights, or a list [RUN,RUN] (default: those of the bundle)"
    )
    parser.add_argument("--output_dir", default="", metavar="DIR", help="new or empty folder (default: predictions/<date>)")
    parser.alias("output_dir", "--out")
    add_bundle(parser)
    parser.add_argument("--series", metavar="UID_OR_NUMBER", help="DICOM: the series to use, if the folder holds several")
    parser.add_argument("--nifti", action="store_true", help="DICOM: also write mask.nii.gz")
    add_worker_options(parser)
    options, given = parser.parse_with_settings(arguments)
    several = is_spread(options)
    from custom.files.dicom_sniff import holds_dicom

    if options.series or options.nifti or holds_dicom(options.images):
        if several:
            raise ValueError("workers: a DICOM series is predicted by one process; leave --workers and --scheduler out")
        return _predict_series(options, given)
    return _predict_images(options, given, several)


def _predict_images(options: Namespace, given: dict[str, Any], several: bool) -> int:
    from custom.command_line.bundle_command import BundleCommand, bundle_config, known_bundle, of_config, place_of_runs, shown
    from custom.data.images import found_images

    root = known_bundle(options.bundle)
    found_images(options.images)  # what is no image is told before torch is imported
    settings = {"dataset_dir": of_config(options.images), **place_of_runs(root)}
    if options.checkpoint:
        settings["checkpoint"] = _weights_of(options.checkpoint, root)
    if options.output_dir or several:  # several processes must mean one folder
        settings["output_dir"] = of_config(options.output_dir) or shown(
            new_output_dir(parent=str(root / "predictions"), resume=given.get("resume", False))
        )
    command = BundleCommand((bundle_config(root, "inference"),), {**settings, **given})
    command.check()
    if not options.checkpoint:
        print(_weights_of_bundle(root), file=sys.stderr)
    print(command, flush=True)
    if several:
        from custom.runs.spread import spread

        folder = settings["output_dir"]
        mend = f"; what is predicted is kept: give the same command and --resume True --output_dir {folder}"
        return spread(
            command, options.scheduler, options.workers, f"results: {folder}; its report.html tells what failed", mend
        )
    command.run()
    return 0


def _weights_of(checkpoint: str, root: Path) -> str:
    """The file of weights that `--checkpoint` names, or a list of several."""
    from custom.command_line.bundle_command import shown
    from custom.runs import weights_of
    from custom.storage.checkpoints import checkpoint_files

    files = [shown(weights_of(each, root)) for each in checkpoint_files(checkpoint)]
    return files[0] if len(files) == 1 else f"[{','.join(files)}]"


def _weights_of_bundle(root: Path) -> str:
    """The line that tells which weights predict where none are named, and how to name others."""
    from custom.networks.record_file import read_record_file

    output = (read_record_file(root / "models" / "model.pt") or {}).get("output", {})
    marks = f", which mark {', '.join(classes)}" if (classes := output.get("classes", [])[1:]) else ""
    runs = sorted(path.parent.name for path in root.glob("runs/*/model.pt"))
    return f"weights: those of the bundle{marks}; for others: --checkpoint {quote(runs[-1]) if runs else 'RUN_OR_FILE'}"


def _predict_series(options: Namespace, given: dict[str, Any]) -> int:
    if not options.output_dir:
        raise ValueError("output_dir: name a new folder for segmentation.dcm with --output_dir")
    try:
        import highdicom  # noqa: F401
    except ImportError as error:
        raise ValueError('pydicom or highdicom is missing: pip install "unet-bundle[dicom]"') from error
    from custom.command_line.bundle_command import known_bundle
    from custom.dicom_route.series import predict_series

    taken = {name: getattr(options, name) for name in ("series", "nifti") if getattr(options, name)}
    if options.checkpoint:
        taken["checkpoint"] = _weights_of(options.checkpoint, known_bundle(options.bundle))
    result = predict_series(options.images, options.output_dir, bundle_root=options.bundle or "", **taken, **given)
    print(f"{result.volume_ml:.1f} ml marked: {', '.join(map(str, result.paths))}")
    return 0
