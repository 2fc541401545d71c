"""Centre cropping of feature maps, as the paper's grey copy-and-crop arrows do."""

from torch import Tensor


def crop_to(x: Tensor, like: Tensor) -> Tensor:
    """The centre of `x` (N, C, H, W), as high and wide as `like`; of an odd surplus one pixel more goes at the end."""
    top = (x.shape[-2] - like.shape[-2]) // 2
    left = (x.shape[-1] - like.shape[-1]) // 2
    return x[:, :, top : top + like.shape[-2], left : left + like.shape[-1]]
