"""The figures of the paper from files and numbers, as a command line gives them."""

from argparse import Namespace
from typing import Any

import torch
from matplotlib.figure import Figure
from numpy.typing import NDArray

from custom.files import read_pixels
from custom.networks import UNet, restored_unet


def architecture(options: Namespace) -> Figure:
    """The U of a network with the channels and sizes of its feature maps (figure 1)."""
    from custom.figures.architecture import draw_architecture

    with torch.device("meta"):
        network = UNet(
            options.in_channels,
            options.out_channels,
            options.init_features,
            options.depth,
            padding=options.padding,
            batch_norm=options.batch_norm,
        )
    return draw_architecture(network, options.size)


def overlap_tile(options: Namespace) -> Figure:
    """A tile with its mirrored context, and what a checkpoint predicts (figure 2)."""
    from custom.figures.overlap_tile import draw_overlap_tile, predict

    image = grey_image(options.image, "image")
    image = image[_crop(options.crop, image)]
    tile: dict[str, Any] = {"tile_size": options.tile_size, "tile": tuple(options.tile)}
    if not options.checkpoint:
        with torch.device("meta"):
            return draw_overlap_tile(image, UNet(padding=options.padding), **tile)
    network = restored_unet(options.checkpoint, padding=options.padding or None)
    if network.in_channels != 1:
        raise ValueError(
            f"checkpoint: {options.checkpoint} takes {network.in_channels} channels, but a grey image has 1; "
            "name weights for one channel"
        )
    return draw_overlap_tile(image, network, **tile, prediction=predict(image, network, options.tile_size))


def border_weights(options: Namespace) -> Figure:
    """Image, cells, mask, and the weight of each pixel (figure 3)."""
    from custom.figures.border_weights import draw_border_weights

    image, instances = grey_image(options.image, "image"), grey_image(options.instances, "instances")
    crop = _crop(options.crop, image)
    return draw_border_weights(image, instances, w0=options.w0, sigma=options.sigma, crop=crop)


def elastic(options: Namespace) -> Figure:
    """Elastic deformation on a 3×3 grid, MONAI's beside ours (section 3.1)."""
    from custom.figures.elastic import draw_elastic

    image = grey_image(options.image, "image")
    return draw_elastic(image[_crop(options.crop, image)], magnitudes=options.magnitudes, seed=options.seed)


def grey_image(path: str, argument: str) -> NDArray[Any]:
    """The pixels (H, W) of a TIFF or PNG file.

    Raises:
        ValueError: if there is no such file, or its image is not grey; the message names the argument and the file.
    """
    try:
        pixels = read_pixels(path)
    except (ValueError, OSError) as error:
        raise ValueError(f"{argument}: {path}: {error}") from None
    if pixels.ndim != 2:
        raise ValueError(f"{argument}: {path} must be one grey image (H, W), got the shape {pixels.shape}")
    return pixels


def _crop(crop: list[int] | None, image: NDArray[Any]) -> tuple[slice, slice]:
    if crop is None:
        return slice(None), slice(None)
    row, column, height, width = crop
    if min(row, column) < 0 or min(height, width) < 1 or row + height > image.shape[0] or column + width > image.shape[1]:
        raise ValueError(f"crop must be row, column, height and width within {image.shape[0]}×{image.shape[1]} px, got {crop}")
    return slice(row, row + height), slice(column, column + width)
