"""A DICOM series in, a DICOM Segmentation out: the bundle's FLAIR network applied to a folder as it leaves a hospital."""

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import nibabel
import numpy as np
from monai.bundle import ConfigWorkflow
from numpy.typing import NDArray
from pydicom import Dataset

from custom.atomic import atomic_path
from custom.bundle_root import bundle_root as find_bundle
from custom.loading.tolerant import FAILURE
from custom.files.dicom import read_series
from custom.files.dicom.seg import segmentation_of
from custom.handlers.prediction_writer import new_output_dir
from custom.loading.tolerant import FAILURE

FLAIR_WORDS = ("flair", "dark-fluid", "dark_fluid", "dark fluid", "tirm")
CONFIGS = ("inference.json", "flair.json")


class SeriesResult(NamedTuple):
    """The files that were written, and the volume that was marked."""

    paths: list[Path]
    volume_ml: float


def predict_series(
    series_dir: str | Path, out: str | Path, *, nifti: bool = False, bundle_root: str | Path = "", **settings: Any
) -> SeriesResult:
    """Writes `segmentation.dcm`, and on request `mask.nii.gz` on the voxels of the series.

    Args:
        series_dir: folder of one FLAIR series.
        out: folder of the results, new or empty.
        nifti: whether to write the mask as NIfTI, too.
        bundle_root: folder that holds `configs/flair.json`; by default the one that this package came with.
        settings: of `inference.json`, such as `checkpoint`, `threshold` and `device`.

    Raises:
        ValueError: in one line, before anything is written, if the series, the weights or a setting cannot be used.
    """
    try:
        folder = Path(new_output_dir(str(out)))
        root = find_bundle(bundle_root, needed=(*CONFIGS, "metadata.json"), setting="bundle_root")
        series = read_series(series_dir)
        _note_unless_flair(series.images[0])
        labels, meta, checkpoint = _predict(_volume(series.voxels, series.affine), root, settings)
    except SystemExit as error:  # so end the parts of a config
        raise ValueError(str(error)) from None
    segmentation = segmentation_of(
        labels, series.images, segment=meta["network_data_format"]["outputs"]["pred"]["channel_def"]["0"],
        version=meta["version"], weights=sha256(Path(checkpoint).read_bytes()).hexdigest()[:16],
    )  # fmt: skip
    result = SeriesResult([folder / "segmentation.dcm"], float(labels.sum() * abs(np.linalg.det(series.affine)) / 1000))
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        segmentation.save_as(stack.enter_context(atomic_path(result.paths[0])))
        if nifti:
            result.paths.append(folder / "mask.nii.gz")
            nibabel.save(_volume(labels, series.affine), stack.enter_context(atomic_path(result.paths[-1])))
    return result


def _note_unless_flair(image: Dataset) -> None:
    # Nothing in a header says reliably what a sequence is, so this cannot be an error.
    names = [str(image.get(keyword, "")) for keyword in ("SeriesDescription", "ProtocolName", "SequenceName")]
    if not any(word in name.lower() for name in names for word in FLAIR_WORDS):
        print(f"Note: the series is called {names[0]!r}; the weights know FLAIR alone", file=sys.stderr)


def _predict(volume: Any, root: Path, settings: dict[str, Any]) -> tuple[NDArray[np.uint8], dict[str, Any], str]:
    """Labels on the voxels of a volume, the bundle's metadata, and the path of the weights."""
    with TemporaryDirectory() as folder, _quietly():
        nibabel.save(volume, Path(folder) / "series.nii")
        workflow = ConfigWorkflow(
            [str(root / "configs" / name) for name in CONFIGS], workflow_type="inference", logging_file=False,
            bundle_root=str(root), dataset_dir=str(Path(folder) / "series.nii"),
            handlers=[], run=["$@settings", "$@evaluator.run()"], **settings,
        )  # fmt: skip
        workflow.initialize()
        workflow.run()
        parser, (output,) = workflow.parser, workflow.evaluator.state.output
    if FAILURE in output:
        raise ValueError(f"the series cannot be predicted: {output[FAILURE]}")
    labels = np.asarray(output["pred"][0].cpu()).astype(np.uint8)
    return labels, parser["_meta_"], parser.get_parsed_content("checkpoint")


@contextmanager
def _quietly() -> Iterator[None]:
    """Without what MONAI tells of missing accelerators and log files, and of the bundle's own config being code."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


def _volume(values: NDArray[Any], affine: NDArray[np.float64]) -> Any:
    volume = nibabel.Nifti1Image(values, affine)
    volume.header.set_xyzt_units("mm")
    volume.set_sform(affine, code="scanner")
    volume.set_qform(affine, code="scanner")
    return volume
