"""Prediction of images of any size, in strips or tiles, without a trace of them."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any, cast

import torch
from monai.data import MetaTensor
from monai.inferers import Inferer
from monai.utils import convert_to_dst_type
from torch import Tensor

from custom.inferers.context import loaded, unwrapped
from custom.inferers.cutting import area, as_slices
from custom.inferers.division import column_width, context_for, tiles_of
from custom.inferers.memory import BYTES_PER_PIXEL_AND_CHANNEL, device_of, first_width, memory_limit
from custom.inferers.passes import Outputs, in_strips, in_tiles, joined
from custom.inferers.tiles import Context
from custom.networks import UNet


class OverlapTileInferer(Inferer):
    """Logits (N, K, H, W) of images (N, C, H, W), or (N, K, H, W, D) of volumes (N, C, H, W, D) slice by slice, of any size.

    The result is that of one pass of the network over the whole image, bit for bit in float32 on a CPU; strips, tiles, batches
    and the memory limit decide only how it is computed. Which image that pass would see is the choice of `mirror`:

    * `True`, as the paper: the image mirrored at its borders, by the margin and then, below and to the right, up to a multiple
      of the stride (to a valid size, for a network without padding); the logits are cropped.
    * `False`, for networks that pad: the image as it is, so that the result is `network(inputs)`. Choose it where scores were
      measured in one pass, and for small images: a mirrored margin triples the work on 256×256 pixels. Mirroring changes logits
      within 107 px of the border only (depth 5), and made no difference to the error on electron micrographs.

    The comparison is with a channels-last pass, as tiles are given to the network; torch's other layout rounds differently. So
    do its convolutions of a lone image below about 200×200 pixels (with 16 channels at the first level): equality of such an
    image in several tiles holds up to rounding.

    Under `torch.no_grad()` a CPU computes a `UNet` in strips where the image is large and no `tile_size` is given; all else is
    cut into tiles (`custom.inferers.division`). Without gradients no memory is taken beyond input, output and one batch of
    tiles or strips. Tiles go to the device of the network, the result stays on that of the inputs: a large image may remain on
    the CPU while a GPU computes.

    The network is a `UNet`, eager or scripted, or anything else whose outputs depend on a neighbourhood and of which the
    arguments tell the size of it. With `mirror` off and no such argument, another network is given the image as a whole: one
    of MONAI's in the place of the `UNet` of a config, also with instance normalisation. Further arguments of a call are
    passed to the network.

    Source: Ronneberger, Fischer and Brox (2015), arXiv:1505.04597, section 2 and figure 2.

    Args:
        tile_size: largest side of a tile without its margin, in pixels, a multiple of the stride; by default strips, or the
            largest tiles that fit the memory limit. 384 gives the paper's tiles of 572 → 388 pixels, of which 384 are kept, for
            tiles begin on the grid. With its margin a tile has at least 256 px (depth 5; 380 without padding), where the image
            has them.
        batch_size: most images or slices in one pass, ≥ 1; fewer where memory is short. From 16 on, torch on a single thread
            rounds 1×1 convolutions differently.
        memory_limit_mb: estimated memory of one pass; by default half of the free memory of a GPU, and 1280 on a CPU.
        mirror: whether missing context is mirrored at the image's border.
        depth: levels of a U-Net that has no attribute `depth`, such as an exported one.
        padding: whether that U-Net pads.
        margin: context of a tile on one side in pixels; by default derived from the depth (96 for depth 5).
        stride: pixels on whose multiples tiles begin; by default 2 ** (depth - 1).
        bfloat16: whether the network runs under bfloat16 autocast, with float32 logits; an outer autocast holds either way.
        progress: whether to show a progress bar.

    Raises:
        ValueError: if an argument is out of range, or (in a call) if the inputs are not of that shape, the network is without
            padding and `mirror` is off, or if a network that would be tiled has global context: instance or group
            normalisation, squeeze-and-excite. Its result would depend on the tiles. In training mode batch normalisation is
            refused, too.
    """

    def __init__(
        self,
        tile_size: int | None = None,
        batch_size: int = 8,
        memory_limit_mb: float | None = None,
        mirror: bool = True,
        *,
        depth: int | None = None,
        padding: bool | None = None,
        margin: int | None = None,
        stride: int | None = None,
        bfloat16: bool = False,
        progress: bool = False,
    ) -> None:
        super().__init__()
        for name, value, least in (
            ("tile_size", tile_size, 1),
            ("batch_size", batch_size, 1),
            ("depth", depth, 1),
            ("margin", margin, 0),
            ("stride", stride, 1),
        ):
            if value is not None and (not isinstance(value, int) or value < least):
                raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")
        if memory_limit_mb is not None and not memory_limit_mb > 0:
            raise ValueError(f"memory_limit_mb must be above 0, got {memory_limit_mb!r}")
        self.tile_size = tile_size
        self.batch_size = batch_size
        self.memory_limit_mb = memory_limit_mb
        self.mirror = mirror
        self.told: dict[str, Any] = {"depth": depth, "padding": padding, "margin": margin, "stride": stride}
        self.bfloat16 = bfloat16
        self.progress = progress

    def __call__(self, inputs: Tensor, network: Callable[..., Tensor], *args: Any, **kwargs: Any) -> Tensor:
        """Logits as large as `inputs`, a `MetaTensor` with its meta data where `inputs` is one."""
        if inputs.dim() not in (4, 5) or not inputs.numel():
            raise ValueError(f"inputs must be (N, C, H, W) or (N, C, H, W, D) and not empty, got shape {tuple(inputs.shape)}")
        network = loaded(network)
        context = context_for(network, mirror=self.mirror, tile_size=self.tile_size, told=self.told)
        plain = inputs.as_tensor() if isinstance(inputs, MetaTensor) else inputs
        logits = self._predict(plain, network, context, *args, **kwargs)
        return convert_to_dst_type(logits, inputs, dtype=logits.dtype)[0]

    def _predict(self, images: Tensor, network: Callable[..., Tensor], context: Context, *args: Any, **kwargs: Any) -> Tensor:
        device = device_of(network, images)
        with torch.autocast(device.type, dtype=torch.bfloat16) if self.bfloat16 else nullcontext():
            outputs = self._outputs(as_slices(images), network, device, context, *args, **kwargs)
            return joined(outputs, images, context, torch.float32 if self.bfloat16 else None)

    def _outputs(
        self, slices: Tensor, network: Callable[..., Tensor], device: torch.device, context: Context, *args: Any, **kwargs: Any
    ) -> Outputs:
        width = first_width(network)
        limit_px = memory_limit(device, self.memory_limit_mb) / (BYTES_PER_PIXEL_AND_CHANNEL * width)
        plain = self.tile_size is None and not (args or kwargs)
        if plain and (column_px := column_width(network, slices, context, limit_px)):
            unet = cast(UNet, unwrapped(network))
            return in_strips(
                slices, unet, column_px, context, mirror=self.mirror, batch_size=self.batch_size, progress=self.progress
            )
        tiles = tiles_of(slices.shape[-2:], context, limit_px, tile_size=self.tile_size, mirror=self.mirror)
        batch_size = min(self.batch_size, max(1, int(limit_px / max(map(area, tiles)))))
        return in_tiles(
            slices, partial(network, *args, **kwargs), device, tiles, context,
            width=width, batch_size=batch_size, progress=self.progress,
            layout=getattr(unwrapped(network), "memory_format", torch.channels_last),
        )  # fmt: skip
