"""The metadata of an exported bundle: its version, what it was made with, and the shapes that its network takes and gives."""

import re
from importlib.metadata import version as installed_version
from typing import Any

from torch import nn

from custom.networks import UNet, next_valid_sizes, valid_output_size
from custom.networks.record import class_names as names_of_classes

OF_ANY_TASK = {
    "name": "U-Net",
    "task": "Segmentation",
    "description": "The U-Net of Ronneberger, Fischer and Brox (2015)",
}
OF_THE_TASK = ("data_source", "data_type", "image_classes", "label_classes", "pred_classes", "references")


def with_version(metadata: dict[str, Any], version: str | None, changes: str | None) -> dict[str, Any]:
    """The metadata under a new version, if one is given, with the versions of what is installed here.

    Raises:
        ValueError: if the version is not of the form 1.2.3, or if the changelog does not tell what is new in it.
    """
    version = version or str(metadata["version"])
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise ValueError(f"version must be three numbers such as 1.2.3, got {version!r}")
    changelog = {**metadata["changelog"], **({version: changes} if changes else {})}
    if version not in changelog:
        raise ValueError(f"changes must tell what a user will notice in version {version}")
    packages = {name: _release(name) for name in metadata["required_packages_version"]}
    made_with = {"monai": _release("monai"), "pytorch": _release("torch"), "numpy": _release("numpy")}
    return {
        **metadata,
        "version": version,
        "changelog": changelog,
        **{f"{name}_version": release for name, release in made_with.items()},
        "required_packages_version": packages,
    }


def _release(package: str) -> str:
    """`2.13.0` of `2.13.0+cpu`."""
    return installed_version(package).split("+")[0]


def without_claims(metadata: dict[str, Any], published: dict[str, Any], class_names: list[str]) -> dict[str, Any]:
    """The metadata without what the bundle tells of its own task, where the weights know other classes.

    Args:
        metadata: the weights' metadata; what it tells otherwise than the bundle stays.
        published: the metadata of the bundle.
        class_names: names of the classes from 0; empty if unknown: the task is then taken for the bundle's.
    """
    image, pred = published["network_data_format"]["inputs"]["image"], published["network_data_format"]["outputs"]["pred"]
    if not class_names or set(pred["channel_def"].values()) <= set(class_names):
        return metadata
    told = {key: value for key, value in metadata.items() if key not in OF_THE_TASK or value != published.get(key)}
    general = {key: value for key, value in OF_ANY_TASK.items() if metadata.get(key) == published.get(key)}
    channels = {name: f"channel {name}" for name in image["channel_def"]}
    data_format = {
        **metadata["network_data_format"],
        "inputs": {"image": {**image, "modality": "any", "channel_def": channels}},
    }
    return {**told, **general, "network_data_format": data_format}


def with_shapes(metadata: dict[str, Any], network: nn.Module, class_names: list[str]) -> dict[str, Any]:
    """The metadata with the channels and sizes of a network; entries about other channels are taken out.

    Args:
        metadata: the bundle's metadata.
        network: the network that is exported.
        class_names: names of the classes from 0; empty if unknown.
    """
    if not isinstance(network, UNet):
        return metadata
    data_format = metadata["network_data_format"]
    image, pred = data_format["inputs"]["image"], data_format["outputs"]["pred"]
    image_shape, pred_shape = _shapes(network)
    out_channels = int(network.head.out_channels)
    classes = names_of_classes(class_names, out_channels, 0)
    classes = classes if out_channels > 1 else classes[1:]
    inputs = _tensor(image, [f"channel {number}" for number in range(network.in_channels)], image_shape)
    outputs = _tensor(pred, classes, pred_shape, own=bool(class_names))
    same = all(new["channel_def"] == old["channel_def"] for new, old in ((inputs, image), (outputs, pred)))
    kept = {key: value for key, value in metadata.items() if same or key not in OF_THE_TASK}
    return {**kept, "network_data_format": {"inputs": {"image": inputs}, "outputs": {"pred": outputs}}}


def _tensor(old: dict[str, Any], channels: list[str], shape: str, own: bool = False) -> dict[str, Any]:
    kept = not own and len(channels) == len(old["channel_def"])
    names = old["channel_def"] if kept else {str(i): name for i, name in enumerate(channels)}
    return {**old, "num_channels": len(channels), "spatial_shape": [shape, shape], "channel_def": names}


def _shapes(network: UNet) -> tuple[str, str]:
    """Sizes of an axis of image and logits in MONAI's notation, where n is any whole number from 1."""
    grid = network.stride
    if network.padding:
        return f"{grid}*n", f"{grid}*n"
    size_px = next_valid_sizes(1, network.depth, number=1)[0]
    offsets = (size - grid for size in (size_px, valid_output_size(size_px, network.depth)))
    image, pred = (f"{grid}*n{offset:+d}" for offset in offsets)
    return image, pred
