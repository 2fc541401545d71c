"""Tiny weights and images, and the result of one pass."""

import numpy as np
import torch
import zarr
from monai.transforms import AsDiscrete

from custom.inferers import DownsamplingInferer, OverlapTileInferer
from custom.large.prediction import chances
from custom.networks import UNet
from custom.networks.record import new_record
from custom.networks.record_file import write_record
from custom.transforms import NormalizeChannelsd, connected_instances
from custom.transforms.recorded_channels import recorded_channels

Z_SCORE = [{"name": "NormalizeChannelsd"}]


def write_weights(folder, *, classes=1, in_channels=1, padding=True, channels=None, seed=0, normalisation=Z_SCORE, **settings):
    """Random weights of a small network whose labels are blobs, with their record, and the network."""
    torch.manual_seed(seed)
    network = UNet(in_channels, classes, init_features=4, depth=2, padding=padding).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(1.5)
        network.head.bias.zero_()
    path = folder / "weights.pt"
    torch.save(network.state_dict(), path)
    told = {"num_classes": classes, "input_channels": in_channels, "threshold": 0.5, "downsampling": 1, "border_class": 0}
    told |= {"instances": False, "min_size_px": 0, "across_slices": False, "largest_object": False} | settings
    record = new_record(told, network, channels=channels or {"name": "Identityd"}, normalisation=normalisation)
    write_record(record, path.with_suffix(".json"), {path.name: path})
    return str(path), network


def noise(*shape, seed=0, dtype=np.uint16, smooth=3):
    """An image of blobs, with axes as given."""
    from scipy.ndimage import gaussian_filter

    rng = np.random.default_rng(seed)
    values = gaussian_filter(rng.normal(size=shape), [0] * (len(shape) - 2) + [smooth, smooth])
    scaled = (values - values.min()) / np.ptp(values)
    return scaled.astype(dtype) if np.dtype(dtype).kind == "f" else (scaled * np.iinfo(dtype).max).astype(dtype)


def one_pass(network, image, *, factor=1, channels=None, threshold=0.5, border_class=0, min_size_px=0):
    """Probabilities, labels and instances of an image (C, H, W), or of a stack (C, Z, H, W), in memory.

    The network sees columns before rows, as training and `predict` show them.
    """
    stack = image.ndim == 4
    values = torch.from_numpy(image.astype(np.float32)).mT.contiguous()
    values = values.movedim(1, -1) if stack else values
    items = recorded_channels({"channels": channels or {"name": "Identityd"}})({"image": values})
    inputs = NormalizeChannelsd("image")(items)["image"][None]
    inferer = DownsamplingInferer(OverlapTileInferer(mirror=not network.padding), factor)
    with torch.no_grad():
        logits = inferer(inputs, network)[0]
    logits = (logits.movedim(-1, 1) if stack else logits[:, None]).mT.contiguous()
    probabilities = torch.stack([chances(logits[:, z]) for z in range(logits.shape[1])], dim=1)
    post = AsDiscrete(argmax=True) if len(logits) > 1 else AsDiscrete(threshold=threshold)
    labels = np.asarray(post(probabilities)).astype(np.uint8)[0]
    turned = (labels if stack else labels[0]).swapaxes(-1, -2)
    instances = connected_instances(turned, min_size_px=min_size_px, border_class=border_class).swapaxes(-1, -2)
    return probabilities.numpy(), labels if stack else labels[0], instances


def write_zarr(path, image, axes, chunks=None, version="0.5", **scale):
    """An OME-Zarr image."""
    root = zarr.open_group(str(path), mode="w", zarr_format=3 if version == "0.5" else 2)
    array = root.create_array("0", shape=image.shape, chunks=chunks or image.shape, dtype=image.dtype)
    array[:] = image
    kinds = {"t": "time", "c": "channel"}
    told = [{"name": a, "type": kinds.get(a, "space"), **({"unit": "micrometer"} if a in "zyx" else {})} for a in axes]
    steps = [{"type": "scale", "scale": [float(scale.get(axis, 1)) for axis in axes]}]
    image_told = {"name": "image", "axes": told, "datasets": [{"path": "0", "coordinateTransformations": steps}]}
    multiscales = {"multiscales": [{"version": version, **image_told}]}
    root.attrs.update({"ome": {"version": version, **multiscales}} if version == "0.5" else multiscales)
    return str(path)


def stored(out, name):
    """An array of a result."""
    return np.asarray(zarr.open_group(out, mode="r")[name])
