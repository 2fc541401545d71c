"""Mark tumour in a DICOM FLAIR series, and write a DICOM Segmentation."""

from collections.abc import Sequence

from custom.command_line import Parser


def run(arguments: Sequence[str]) -> int:
    """Runs the verb with its command line, and returns the exit code."""
    parser = Parser(prog="python -m custom predict", description=__doc__)
    parser.add_argument("series_dir", help="folder with the files of a FLAIR MR series")
    parser.add_argument("--series", metavar="UID_OR_NUMBER", help="which one, if the folder holds several")
    parser.add_argument("--out", metavar="DIR", required=True, help="new or empty folder, for segmentation.dcm")
    parser.add_argument("--nifti", action="store_true", help="write mask.nii.gz, too")
    parser.add_argument("--checkpoint", metavar="FILE", help="weights of one input channel (default: models/flair/model.pt)")
    parser.add_argument("--init-features", type=int, help="channels of the first level of these weights (default: 16)")
    parser.add_argument("--threshold", type=float, help="probability from which a voxel is marked (default: 0.5)")
    parser.add_argument("--device", help="cpu or cuda:0 (default: a GPU if there is one)")
    parser.add_argument("--bundle-root", metavar="DIR", help="folder with configs/flair.json (default: beside the package)")
    options = {name: value for name, value in vars(parser.parse_args(arguments)).items() if value is not None}
    try:
        import highdicom  # noqa: F401
    except ImportError as error:
        raise ValueError('pydicom or highdicom is missing: pip install "unet-bundle[dicom]"') from error
    from custom.dicom_route import predict_series

    result = predict_series(**options)
    print(f"{result.volume_ml:.1f} ml marked: {', '.join(map(str, result.paths))}")
    return 0
