"""A network that wants sides of certain multiples, for images of any size."""

from torch import Tensor, nn
from torch.nn import functional


class AnySize(nn.Module):
    """Logits (N, K, H, W) of images (N, C, H, W) of any size, by a network that wants sides that are multiples of a number.

    The lower and right edges of an image are repeated as often as the network wants, and its logits are cropped. `UNet` does
    the same itself; of MONAI's networks for example `UNet` and `DynUNet` do not.

    Args:
        network: the network, whose logits are as large as its input.
        multiple: number of pixels that both sides must be multiples of, ≥ 1: 16 for four downsamplings by 2.

    Raises:
        ValueError: if `multiple` is below 1.
    """

    def __init__(self, network: nn.Module, multiple: int = 16) -> None:
        super().__init__()
        if multiple < 1:
            raise ValueError(f"multiple must be at least 1, got {multiple!r}")
        self.network = network
        self.multiple = multiple

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, K, H, W), as large as the image (N, C, H, W)."""
        height, width = x.shape[-2], x.shape[-1]
        extended = functional.pad(x, [0, -width % self.multiple, 0, -height % self.multiple], mode="replicate")
        return self.network(extended)[:, :, :height, :width]
