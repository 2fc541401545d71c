"""The U-Net: a contracting path, an expanding path, and skip connections between equal levels.

::

    image ─ DoubleConv ───────────── skip ──────────── cat ─ DoubleConv ─ 1×1 conv ─ logits
                │ max-pool                              │ UpStep
            DoubleConv ───────────── skip ──── cat ─ DoubleConv
                │ max-pool                      │ UpStep
                └──────────── DoubleConv ───────┘

Source: Ronneberger, Fischer and Brox (2015), arXiv:1505.04597, figure 1; with padding and batch normalisation, the network
that Buda, Saha and Mazurowski (2019), doi:10.1016/j.compbiomed.2019.05.002, trained on the LGG set.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from custom.networks.cropping import crop_to
from custom.networks.initialisation import initialise_he
from custom.networks.sizes import stride
from custom.networks.unet_checks import check_arguments, check_fit


class DoubleConv(nn.Sequential):
    """Twice: 3×3 convolution, batch normalisation (optional, and then no bias), ReLU. (N, C, H, W) in and out."""

    def __init__(self, in_channels: int, out_channels: int, *, padding: bool, batch_norm: bool) -> None:
        layers: list[nn.Module] = []
        for channels in (in_channels, out_channels):
            layers.append(nn.Conv2d(channels, out_channels, 3, padding=int(padding), bias=not batch_norm))
            if batch_norm:
                layers.append(nn.BatchNorm2d(out_channels))
            layers.append(nn.ReLU(inplace=True))
        super().__init__(*layers)


class UpStep(nn.Module):
    """Doubles the size and halves the channels, puts the skip in front, and convolves twice."""

    def __init__(self, in_channels: int, *, upsample: str, padding: bool, batch_norm: bool) -> None:
        super().__init__()
        out_channels = in_channels // 2
        self.crops = not padding  # with padding the skip is as large as what comes up, and a runtime would copy it
        self.up: nn.Module
        if upsample == "transposed":
            self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)
        else:
            align = False if upsample == "bilinear" else None
            self.up = nn.Sequential(
                nn.Upsample(scale_factor=2, mode=upsample, align_corners=align),
                nn.Conv2d(in_channels, out_channels, 1),
            )
        self.convs = DoubleConv(in_channels, out_channels, padding=padding, batch_norm=batch_norm)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        """`x` (N, 2C, H, W) and `skip` (N, C, ≥ 2H, ≥ 2W) give (N, C, 2H, 2W), less 4 px without padding."""
        x = self.up(x)
        if self.crops:
            skip = crop_to(skip, x)
        return self.convs(torch.cat([skip, x], dim=1))


class UNet(nn.Module):
    """A 2D U-Net that maps an image (N, `in_channels`, H, W) to logits (N, `out_channels`, H', W').

    The defaults give the network of the LGG experiment, with 1 942 577 parameters; `padding=False, batch_norm=False,
    init_features=64, in_channels=1, out_channels=2` gives the paper's, with 31 030 658.

    With padding, H' = H and W' = W for any size: an image whose sides are no multiples of 2 ** (depth - 1) is extended at
    its lower and right edges by repeating them, and the logits are cropped. An error instead would make every user of a
    550×300 image write that step. Without padding nothing can be invented: H' and W' follow from
    `custom.networks.sizes.valid_output_size`, and a size that does not fit is refused with the next that do.

    Args:
        in_channels: channels of the image, ≥ 1.
        out_channels: channels of the logits, ≥ 1.
        init_features: channels of the first level, ≥ 1; each deeper level doubles them.
        depth: number of levels, ≥ 1; depth - 1 poolings.
        padding: whether convolutions pad with zeros, so that the output is as large as the input.
        batch_norm: whether each 3×3 convolution is followed by batch normalisation; it then has no bias.
        upsample: `"transposed"` (2×2 transposed convolution), or `"bilinear"` or `"nearest"` followed by a 1×1 convolution.
        dropout: probability in [0, 1) of zeroing a feature at the end of the contracting path (paper, section 3.1).

    Raises:
        ValueError: if an argument is out of range, or (in `forward`) if an image does not fit.
    """

    def __init__(
        self,
        in_channels: int = 3,
        out_channels: int = 1,
        init_features: int = 16,
        depth: int = 5,
        padding: bool = True,
        batch_norm: bool = True,
        upsample: str = "transposed",
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        counts = {"in_channels": in_channels, "out_channels": out_channels, "init_features": init_features, "depth": depth}
        check_arguments(counts, upsample, dropout)
        self.in_channels = in_channels
        self.depth = depth
        self.padding = padding
        self.stride = stride(depth)
        widths = [init_features << level for level in range(depth)]
        self.encoder = nn.ModuleList(
            DoubleConv(c_in, c_out, padding=padding, batch_norm=batch_norm)
            for c_in, c_out in zip([in_channels, *widths], widths, strict=False)
        )
        self.pool = nn.MaxPool2d(2)
        self.dropout = nn.Dropout(dropout)
        self.decoder = nn.ModuleList(
            UpStep(width, upsample=upsample, padding=padding, batch_norm=batch_norm) for width in reversed(widths[1:])
        )
        self.head = nn.Conv2d(init_features, out_channels, 1)
        if not batch_norm:
            self.apply(initialise_he)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, `out_channels`, H', W') of an image (N, `in_channels`, H, W)."""
        height, width = x.shape[-2], x.shape[-1]
        if self.padding:
            return self.levels(self.extended(x))[:, :, :height, :width]
        if not torch.jit.is_scripting():
            check_fit(x, self.depth)
        return self.levels(x)

    def extended(self, x: Tensor) -> Tensor:
        """The image (N, C, H, W) with sides that are multiples of the stride: its lower and right edges are repeated."""
        return functional.pad(x, [0, -x.shape[-1] % self.stride, 0, -x.shape[-2] % self.stride], mode="replicate")

    def levels(self, x: Tensor) -> Tensor:
        """Logits (N, K, H', W') of an image (N, C, H, W) whose sides fit."""
        skips: list[Tensor] = []
        for level, block in enumerate(self.encoder):
            x = block(x if level == 0 else self.pool(x))
            skips.append(x)
        x = self.dropout(skips.pop())
        for step in self.decoder:
            x = step(x, skips.pop())
        return self.head(x)
