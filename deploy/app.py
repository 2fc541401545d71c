"""A MONAI Deploy application (App SDK 4): a DICOM FLAIR series in, a DICOM Segmentation out.

    python deploy/app.py -i SERIES_DIR -o OUT_DIR -m model.ts

::

    files → studies → the MR series → volume → MonaiBundleInferenceOperator → DICOM SEG

`model.ts` is that of `python -m custom export`, with one input channel; the configs that lie in it say how an image is
prepared and what is made of the logits, so nothing of the network stands here. `custom` must be installed, or on PYTHONPATH.

The SDK leaves out files that it cannot read, takes any spacing for even, and goes on. So the series is read once before
by `custom.files.dicom`, which ends with one line where `python -m custom predict` would.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from monai.deploy.conditions import CountCondition
from monai.deploy.core import AppContext, Application
from monai.deploy.core.domain import Image
from monai.deploy.core.io_type import IOType
from monai.deploy.operators.dicom_data_loader_operator import DICOMDataLoaderOperator
from monai.deploy.operators.dicom_seg_writer_operator import DICOMSegmentationWriterOperator, SegmentDescription
from monai.deploy.operators.dicom_series_selector_operator import DICOMSeriesSelectorOperator
from monai.deploy.operators.dicom_series_to_volume_operator import DICOMSeriesToVolumeOperator
from monai.deploy.operators.dicom_utils import ModelInfo
from monai.deploy.operators.monai_bundle_inference_operator import IOMapping, MonaiBundleInferenceOperator
from pydicom.sr.codedict import codes

from custom.files.dicom import read_series

NAME = "unet-bundle"
# What the SDK would read otherwise than `read_series`: it knows no padding, and shows MONOCHROME1 and frames in its own way.
READ_OTHERWISE = ("PixelPaddingValue", "ReferencedFrameNumber")


class FlairApp(Application):
    """The graph; what it is called with stands in `sys.argv`, or in a container in the environment."""

    series_uid = ""  # of the series to predict

    def compose(self) -> None:
        """Make the operators, and connect the output of each with the input of the next."""
        context = Application.init_app_context(self.argv)
        metadata = metadata_of(context)
        once = CountCondition(self, 1)
        studies = DICOMDataLoaderOperator(self, once, input_folder=Path(context.input_path), name="studies")
        series = DICOMSeriesSelectorOperator(self, rules=rules_for(self.series_uid), name="series")
        volume = DICOMSeriesToVolumeOperator(self, name="volume")
        network = MonaiBundleInferenceOperator(
            self,
            app_context=context,
            input_mapping=[IOMapping("image", Image, IOType.IN_MEMORY)],
            output_mapping=[IOMapping("pred", Image, IOType.IN_MEMORY)],
            name="network",
        )
        writer = DICOMSegmentationWriterOperator(
            self,
            segment_descriptions=[description(metadata)],
            model_info=ModelInfo(creator=NAME, name=metadata["name"], version=metadata["version"]),
            custom_tags={"SeriesDescription": f"{segment_label(metadata)} ({NAME})"},
            output_folder=Path(context.output_path),
            name="writer",
        )
        selected = "study_selected_series_list"
        self.add_flow(studies, series, {("dicom_study_list", "dicom_study_list")})
        self.add_flow(series, volume, {(selected, selected)})
        self.add_flow(volume, network, {("image", "image")})
        self.add_flow(network, writer, {("pred", "seg_image")})
        self.add_flow(series, writer, {(selected, selected)})


def rules_for(series_uid: str) -> str:
    """The selector's rules for one series, in JSON."""
    conditions = {"Modality": "^MR$", "SeriesInstanceUID": f"^{re.escape(series_uid)}$"}
    return json.dumps({"selections": [{"name": "FLAIR", "conditions": conditions}]})


def checked_series(folder: str | Path) -> str:
    """The SeriesInstanceUID of the one FLAIR series of a folder.

    Raises:
        ValueError: if there is none that can be read, or one that the SDK reads otherwise than this package.
    """
    series = read_series(folder)
    odd = [keyword for keyword in READ_OTHERWISE if any(image.get(keyword) is not None for image in series.images)]
    odd += ["MONOCHROME1"] * any(image.PhotometricInterpretation == "MONOCHROME1" for image in series.images)
    if odd:
        raise ValueError(f"{folder}: has {odd[0]}, which MONAI Deploy reads wrong; take python -m custom predict")
    return str(series.images[0].SeriesInstanceUID)


def metadata_of(context: AppContext) -> dict[str, Any]:
    """The metadata in `model.ts`.

    Raises:
        ValueError: if there is no such file, or none of `python -m custom export`.
    """
    model = context.models.get() if context.models else None
    if model is None:
        raise ValueError(f"model: no TorchScript file at {context.model_path!r}; make one with python -m custom export")
    with ZipFile(model.path) as archive:
        names = [name for name in archive.namelist() if name.endswith("extra/metadata.json")]
        if not names:
            raise ValueError(f"model: {model.path} holds no configs; make one with python -m custom export")
        return json.loads(archive.read(names[0]))


def segment_label(metadata: dict[str, Any]) -> str:
    """What 1 means."""
    return metadata["network_data_format"]["outputs"]["pred"]["channel_def"]["0"]


def description(metadata: dict[str, Any]) -> SegmentDescription:
    """The one segment, coded as `python -m custom predict` does."""
    return SegmentDescription(
        segment_label=segment_label(metadata),
        segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
        segmented_property_type=codes.SCT.Lesion,
        algorithm_name=NAME,
        algorithm_version=metadata["version"],
    )


def main() -> None:
    """Runs the application, unless the series or the model cannot be used, which is one line."""
    context = Application.init_app_context(sys.argv)
    try:
        metadata_of(context)
        application = FlairApp()
        application.series_uid = checked_series(context.input_path)
    except ValueError as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error}")
    application.run()


if __name__ == "__main__":
    main()
