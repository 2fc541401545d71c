"""MONAI's images without their meta data, and with it again, for computing on them without its copies."""

from monai.data import MetaTensor
from torch import Tensor


def plain(image: Tensor) -> Tensor:
    """The values alone, of the same memory."""
    return image.as_tensor() if isinstance(image, MetaTensor) else image


def with_meta_of(image: MetaTensor, values: Tensor) -> MetaTensor:
    """Values with a copy of the meta data of an image, of which each tensor is shared."""
    result: MetaTensor = values.as_subclass(MetaTensor)
    result.copy_meta_from(image)  # type: ignore[no-untyped-call]
    return result
