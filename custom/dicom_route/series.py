"""A DICOM series in, a DICOM Segmentation out: the bundle's FLAIR network applied to a folder as it leaves a hospital."""

import sys
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import nibabel
import numpy as np
from monai.bundle import ConfigWorkflow
from numpy.typing import NDArray

from custom.bundle_root import bundle_root as find_bundle
from custom.dicom_route.report import Marked, page_of_series
from custom.files.dicom import Series, is_called_flair, read_series
from custom.files.dicom.files import quietly
from custom.files.dicom.seg import segmentation_of
from custom.loading.tolerant import FAILURE
from custom.report import only_warned, write_report
from custom.settings.rules import as_config
from custom.storage.atomic import atomic_path, private_folder, remove_leftovers
from custom.storage.checkpoints import checkpoint_files
from custom.storage.output_folder import new_output_dir
from custom.system.own_folder import own_folder
from custom.transforms.expected_overlap import EXPECTED

CONFIGS = ("inference.json", "flair.json")


class SeriesResult(NamedTuple):
    """The files that were written, and the volume that was marked."""

    paths: list[Path]
    volume_ml: float


def predict_series(
    series_dir: str | Path,
    out: str | Path,
    *,
    series: str = "",
    nifti: bool = False,
    bundle_root: str | Path = "",
    **settings: Any,
) -> SeriesResult:
    """Writes `segmentation.dcm`, `report.html`, and on request `mask.nii.gz` on the voxels of the series.

    The report holds pictures of the slices, and nothing that names the patient.

    Args:
        series_dir: folder of a FLAIR series; what lies beside it is said on stderr, in one line.
        out: folder of the results, new or empty.
        series: SeriesInstanceUID or SeriesNumber, if the folder holds several that may be meant.
        nifti: whether to write the mask as NIfTI, too.
        bundle_root: folder that holds `configs/flair.json`; by default this package's own.
        settings: settings of `inference.json`, such as `checkpoint`, `threshold` and `device`.

    Raises:
        ValueError: in one line, before anything is written, if the series, the weights or a setting cannot be used.
    """
    start = perf_counter()
    try:
        if Path(out).is_dir():
            remove_leftovers(Path(out))
        folder = Path(new_output_dir(str(out)))
        root = find_bundle(bundle_root, needed=(*CONFIGS, "metadata.json"), setting="bundle_root")
        read = read_series(series_dir, series=str(series))
        _say_what_was_taken(read)
        with own_folder(folder, "output_dir"):
            marked, meta = _predict(_volume(read.voxels, read.affine), root, folder, settings)
            result = _written(folder, read, marked, meta, nifti)
    except SystemExit as error:  # so end the parts of a config
        raise ValueError(str(error)) from None
    with only_warned(folder / "report.html"):
        write_report(folder / "report.html", page_of_series(read, marked, perf_counter() - start))
        result.paths.append(folder / "report.html")
    return result


def _written(folder: Path, read: Series, marked: Marked, meta: dict[str, Any], nifti: bool) -> SeriesResult:
    weights = sha256(b"".join(Path(file).read_bytes() for file in checkpoint_files(marked.checkpoint))).hexdigest()
    segmentation = segmentation_of(
        marked.labels, read.images, segment=meta["network_data_format"]["outputs"]["pred"]["channel_def"]["0"],
        version=meta["version"], weights=weights[:16],
    )  # fmt: skip
    volume_ml = float(marked.labels.sum() * abs(np.linalg.det(read.affine)) / 1000)
    result = SeriesResult([folder / "segmentation.dcm"], volume_ml)
    with ExitStack() as stack, quietly():
        segmentation.save_as(stack.enter_context(atomic_path(result.paths[0])))
        if nifti:
            result.paths.append(folder / "mask.nii.gz")
            nibabel.save(_volume(marked.labels, read.affine), stack.enter_context(atomic_path(result.paths[-1])))
    return result


def _say_what_was_taken(series: Series) -> None:
    """On stderr, without a word of what the series is called: some write the patient's name there."""
    if series.left_out:
        print(f"Note: left out: {series.left_out}", file=sys.stderr)
    # Nothing in a header says reliably what a sequence is, so this cannot be an error.
    if not is_called_flair(series.images[0]):
        print("Note: the series is not called FLAIR; the weights know FLAIR alone", file=sys.stderr)
    if any(image.get("BurnedInAnnotation") == "YES" for image in series.images):
        print(
            "Note: words are burned into the pixels, by the header; pictures of report.html may name the patient",
            file=sys.stderr,
        )


def _predict(volume: Any, root: Path, results: Path, settings: dict[str, Any]) -> tuple[Marked, dict[str, Any]]:
    """What is marked on the voxels of a volume, and the bundle's metadata.

    The configs read files, so the patient's volume lies among the results for that time, in a folder that others cannot open.
    """
    with private_folder(results) as folder, quietly():
        nibabel.save(volume, folder / "series.nii")
        workflow = ConfigWorkflow(
            [str(root / "configs" / name) for name in CONFIGS], workflow_type="inference", logging_file=False,
            bundle_root=as_config(str(root)), dataset_dir=as_config(str((folder / "series.nii").absolute())),
            handlers=[], run=["$@settings", "$@evaluator.run()"], **as_config(settings),
        )  # fmt: skip
        workflow.initialize()
        workflow.run()
        parser, (output,) = workflow.parser, workflow.evaluator.state.output
    if FAILURE in output:
        raise ValueError(f"the series cannot be predicted: {output[FAILURE]}")
    labels = np.asarray(output["pred"][0].cpu()).astype(np.uint8)
    told = {name: parser.get_parsed_content(name) for name in ("settings", "checkpoint")}
    return Marked(labels, **told, expected=output.get(EXPECTED)), parser["_meta_"]


def _volume(values: NDArray[Any], affine: NDArray[np.float64]) -> Any:
    volume = nibabel.Nifti1Image(values, affine)
    volume.header.set_xyzt_units("mm")
    volume.set_sform(affine, code="scanner")
    volume.set_qform(affine, code="scanner")
    return volume
