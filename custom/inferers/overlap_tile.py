"""Prediction of images of any size, in strips or tiles, without a trace of them."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import product
from typing import Any, cast

import torch
from monai.data import MetaTensor
from monai.inferers import Inferer
from monai.utils import convert_to_dst_type
from torch import Tensor, nn

from custom.inferers.context import (
    loaded,
    network_context,
    refuse_global_context,
    sees_whole_images,
    tells_its_context,
    unwrapped,
)
from custom.inferers.cutting import area, as_slices, keep
from custom.inferers.memory import BYTES_PER_PIXEL_AND_CHANNEL, first_width, largest_tile, memory_limit, widest_column
from custom.inferers.passes import Outputs, in_strips, in_tiles
from custom.inferers.strips import can_stream
from custom.inferers.tiles import Context, Span, spans
from custom.networks import UNet

WHOLE = Context(margin=0, stride=1)  # for an image that is not cut


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

    Under `torch.no_grad()` a CPU computes a `UNet` in strips, from top to bottom, where the image is large and no `tile_size`
    is given: no row is computed twice, and what is in use fits the cache (`custom.inferers.strips`). An image that is wider
    than 8192 px, or than the memory limit allows, is cut into columns with a margin. All else, and what would make thin
    columns, is cut into tiles.

    Without gradients no memory is taken beyond input, output and one batch of tiles or strips. Tiles go to the device of the
    network, the result stays on that of the inputs: a large image may remain on the CPU while a GPU computes.

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
        whole = self._takes_whole_images(network)
        refuse_global_context(network, whole)
        context = WHOLE if whole else network_context(network, **self.told)
        if context.eaten and not self.mirror:
            raise ValueError(
                "mirror must be True for a network without padding, which cannot predict an image's border otherwise"
            )
        plain = inputs.as_tensor() if isinstance(inputs, MetaTensor) else inputs
        logits = self._predict(plain, network, context, *args, **kwargs)
        return convert_to_dst_type(logits, inputs, dtype=logits.dtype)[0]

    def _takes_whole_images(self, network: Callable[..., Tensor]) -> bool:
        """Whether the network cannot be tiled, and one pass over the image as it is was asked for in any way."""
        if self.mirror or self.tile_size is not None or any(told is not None for told in self.told.values()):
            return False
        return sees_whole_images(network) or not tells_its_context(network)

    def _predict(self, images: Tensor, network: Callable[..., Tensor], context: Context, *args: Any, **kwargs: Any) -> Tensor:
        slices, device = as_slices(images), _device(network, images)
        logits: Tensor | None = None
        with self._precision(device):
            for tile, chosen, output in self._outputs(slices, network, device, context, *args, **kwargs):
                if logits is None:
                    dtype = torch.float32 if self.bfloat16 else output.dtype
                    logits = torch.empty(len(images), output.shape[1], *images.shape[2:], dtype=dtype, device=images.device)
                keep(as_slices(logits), chosen, tile, output, context.eaten)
        assert logits is not None
        return logits

    def _outputs(
        self, slices: Tensor, network: Callable[..., Tensor], device: torch.device, context: Context, *args: Any, **kwargs: Any
    ) -> Outputs:
        width = first_width(network)
        limit_px = memory_limit(device, self.memory_limit_mb) / (BYTES_PER_PIXEL_AND_CHANNEL * width)
        if context is not WHOLE and self.tile_size is None and not (args or kwargs) and can_stream(network, slices, context):
            column_px = widest_column(limit_px, width, context)
            if column_px >= min(slices.shape[-1], 8 * context.margin):  # margins cost a quarter at most
                unet = cast(UNet, unwrapped(network))
                return in_strips(
                    slices, unet, column_px, context, mirror=self.mirror, batch_size=self.batch_size, progress=self.progress
                )
        tiles = self._tiles(slices.shape[-2:], limit_px, context)
        batch_size = min(self.batch_size, max(1, int(limit_px / max(map(area, tiles)))))
        return in_tiles(
            slices, partial(network, *args, **kwargs), device, tiles, context,
            width=width, batch_size=batch_size, progress=self.progress,
            layout=getattr(unwrapped(network), "memory_format", torch.channels_last),
        )  # fmt: skip

    def _tiles(self, sizes_px: Sequence[int], limit_px: float, context: Context) -> list[tuple[Span, Span]]:
        if context is WHOLE:
            height, width = sizes_px
            return [(Span(0, height, 0, height), Span(0, width, 0, width))]
        tile_size = self._tile_size(limit_px, context)
        rows, columns = (spans(size_px, tile_size, context, self.mirror) for size_px in sizes_px)
        return list(product(rows, columns))

    def _tile_size(self, limit_px: float, context: Context) -> int:
        size, grid = self.tile_size, context.stride
        if size is None:
            return largest_tile(limit_px, context)
        if size % grid:
            mend = max(size // grid * grid, grid)
            raise ValueError(f"tile_size must be a multiple of the stride ({grid}), got {size}: take {mend}")
        return size

    def _precision(self, device: torch.device) -> AbstractContextManager[Any]:
        return torch.autocast(device.type, dtype=torch.bfloat16) if self.bfloat16 else nullcontext()


def _device(network: Callable[..., Tensor], images: Tensor) -> torch.device:
    parameters = network.parameters() if isinstance(network, nn.Module) else iter(())
    return next((parameter.device for parameter in parameters), images.device)
