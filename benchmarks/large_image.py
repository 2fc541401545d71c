"""An image of any size, and the weights of a thin network, for `large.py`."""

from pathlib import Path

import numpy as np
import torch
import zarr

from custom.networks import UNet
from custom.networks.record import new_record
from custom.networks.record_file import write_record


def write_image(path: Path, size_px: int) -> Path:
    """Dots of light, a chunk at a time, as OME-Zarr 0.5 of bytes."""
    root = zarr.open_group(str(path), mode="w")
    side = min(1024, size_px)
    array = root.create_array("0", shape=(size_px, size_px), chunks=(side, side), dtype="u1")
    rows, columns = np.mgrid[:side, :side]
    noise = np.random.default_rng(0).integers(0, 30, (side, side))
    chunk = (120 * (np.sin(rows / 5) * np.sin(columns / 5) > 0.5) + noise).astype(np.uint8)
    for top in range(0, size_px, side):
        for left in range(0, size_px, side):
            array[top : top + side, left : left + side] = chunk[: size_px - top, : size_px - left]
    steps = [{"type": "scale", "scale": [1.0, 1.0]}]
    axes = [{"name": name, "type": "space"} for name in "yx"]
    image = {"axes": axes, "datasets": [{"path": "0", "coordinateTransformations": steps}]}
    root.attrs["ome"] = {"version": "0.5", "multiscales": [image]}
    return path


def write_thin_weights(folder: Path) -> Path:
    """Random weights with the margin of the default network, and two channels at the first level: a fraction of its cost."""
    torch.manual_seed(0)
    network, path = UNet(1, 1, init_features=2, depth=5).eval(), folder / "thin.pt"
    torch.save(network.state_dict(), path)
    told = {"num_classes": 1, "input_channels": 1, "threshold": 0.5, "downsampling": 1, "border_class": 0, "instances": False}
    told |= {"min_size_px": 0, "across_slices": False, "largest_object": False}
    write_record(
        new_record(told, network, channels={"name": "Identityd"}, normalisation=[{"name": "NormalizeChannelsd"}]),
        path.with_suffix(".json"),
        {path.name: path},
    )
    return path
