"""Weights and activations in 8 bits for OpenVINO, with ranges measured on images that the network was trained on.

Source: Jacob et al. (2018), arXiv:1712.05877; the work is done by NNCF.
"""

import logging
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from torch import Tensor

from custom.bundle_root import bundle_root
from custom.export.configs import bundle_configs
from custom.export.int8_files import move_model, refuse_existing
from custom.export.record import exported_record, parser_of, settings_of_export
from custom.export.trained_on import slices_of_training
from custom.export.weights import load_network
from custom.inferers import DownsamplingInferer, WholeImageInferer
from custom.networks import UNet
from custom.networks.onnx_model import onnx_model
from custom.networks.record_file import write_record
from custom.networks.sessions import openvino_core
from custom.storage.atomic import private_folder
from custom.storage.disk_full import disk_full_in_one_line


def quantize(
    checkpoint: str | Path,
    dataset_dir: str = "",
    out: str | Path | None = None,
    *,
    images: int = 300,
    overlays: Sequence[str | Path] = (),
    bundle: str | Path | None = None,
) -> Path:
    """Writes a network as an OpenVINO model of 8-bit integers: `<name>.xml`, `<name>.bin` and their record.

    Calibrated on slices of patients trained on alone (by the `split.json` beside the checkpoint), so that scores on the others
    stay honest; they are evenly spread over those patients. The first two and the last three convolutions stay in 32 bits: they
    cost little and matter most.

    Args:
        checkpoint: a plain state dictionary or the `last.pt` of a run; what it knows is taken over.
        dataset_dir: the data of the training; empty for those of the run, or the simulated set if there is no `config.json`.
        out: the new file; by default `<checkpoint>_int8.xml`.
        images: how many slices to calibrate on, ≥ 1.
        overlays: configs that the training was given.
        bundle: folder with `configs/` to start from; by default this package's own.

    Returns:
        The path of the `.xml`.

    Raises:
        ValueError: if an argument is out of range, the file exists, a package is missing or the checkpoint is not fit.
    """
    checkpoint = Path(checkpoint)
    out = Path(out or checkpoint.with_name(f"{checkpoint.stem}_int8.xml"))
    _check(out, images)
    configs = bundle_configs(bundle_root(bundle), checkpoint, overlays)
    inference = configs["inference.json"]
    network = load_network(inference, checkpoint)
    settings = settings_of_export(inference, checkpoint)
    slices = slices_of_training(configs["train.json"], dataset_dir, checkpoint)
    preprocessing = parser_of(inference, checkpoint).get_parsed_content("preprocessing")
    chosen = [slices[i * len(slices) // images] for i in range(images)] if images < len(slices) else slices
    factor = settings["downsampling"]
    record = exported_record(inference, settings, network, checkpoint)
    out.parent.mkdir(parents=True, exist_ok=True)
    with disk_full_in_one_line(out.parent), private_folder(out.parent) as folder:
        model = folder / out.name
        write_8_bits(
            network,
            chosen,
            lambda item: network_input(network, preprocessing({"image": item["image"]})["image"], factor),
            model,
        )
        write_record(record, model.with_suffix(".json"), {path.name: path for path in (model, model.with_suffix(".bin"))})
        move_model(folder, out)
    return out


def _check(out: Path, images: int) -> None:
    if images < 1:
        raise ValueError(f"images must be at least 1, got {images}")
    if out.suffix != ".xml":
        raise ValueError(f"out must end in .xml, got {str(out)!r}")
    refuse_existing(out)
    for package in ("nncf", "openvino"):
        if find_spec(package) is None:
            raise ValueError(f'{package} is missing: pip install "unet-bundle[quantize]"')


def network_input(network: UNet, image: Tensor, downsampling: int = 1) -> Any:
    """What the network is given of an image (C, H, W), as an array (1, C, H', W'): with mirrored context if it does not pad."""
    given: list[Tensor] = []

    def keep(x: Tensor) -> Tensor:
        """Stands for the network."""
        given.append(x)
        return x

    whole = WholeImageInferer(network.padding, network.depth, bfloat16=False)
    DownsamplingInferer(whole, downsampling)(image[None], keep)
    return given[0].numpy()


def write_8_bits(network: UNet, images: list[Any], as_input: Callable[[Any], Any], out: Path) -> None:
    """Writes a network as `out`, an `.xml`, and its `.bin`, with ranges measured on images.

    Args:
        network: the network.
        images: what the ranges are measured on.
        as_input: makes of each an array (1, C, H, W).
        out: the new `.xml`.
    """
    import nncf
    import openvino
    from nncf.quantization.advanced_parameters import AdvancedQuantizationParameters
    from nncf.quantization.range_estimator import RangeEstimatorParametersSet

    logging.getLogger("nncf").setLevel(logging.ERROR)
    model = openvino_core().read_model(BytesIO(onnx_model(network)))
    convolutions = [node.get_friendly_name() for node in model.get_ordered_ops() if node.get_type_name() == "Convolution"]
    # The mean of the images' largest values, which is NNCF's default, would cut off what few images show, such as tumours.
    ranges = AdvancedQuantizationParameters(activations_range_estimator_params=RangeEstimatorParametersSet.MINMAX)
    outermost = nncf.IgnoredScope(names=[*convolutions[:2], *convolutions[-3:]])
    quantized = nncf.quantize(
        model, nncf.Dataset(images, as_input), subset_size=len(images), advanced_parameters=ranges, ignored_scope=outermost
    )
    openvino.save_model(quantized, out, compress_to_fp16=False)
