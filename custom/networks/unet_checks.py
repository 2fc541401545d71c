"""What a U-Net refuses: arguments out of range, and images that do not fit a network without padding."""

from torch import Tensor

from custom.networks.sizes import next_valid_sizes

UPSAMPLE_MODES = ("transposed", "bilinear", "nearest")


def check_arguments(counts: dict[str, int], upsample: str, dropout: float) -> None:
    """Makes sure that a U-Net can be built.

    Args:
        counts: channels, features and levels by the names of their arguments, each ≥ 1.
        upsample: one of `UPSAMPLE_MODES`.
        dropout: a probability in [0, 1).

    Raises:
        ValueError: if one of them is out of range.
    """
    for name, value in counts.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}")
    if upsample not in UPSAMPLE_MODES:
        raise ValueError(f"upsample must be one of {', '.join(UPSAMPLE_MODES)}, got {upsample!r}")
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout must lie in [0, 1), got {dropout!r}")


def check_fit(image: Tensor, depth: int) -> None:
    """Makes sure that an image (N, C, H, W) has sides that a U-Net of this depth without padding takes.

    Raises:
        ValueError: if a side does not fit; the message names the next that do.
    """
    for axis, size_px in zip(("height", "width"), image.shape[-2:], strict=True):
        sizes = next_valid_sizes(size_px, depth)
        if size_px != sizes[0]:
            raise ValueError(
                f"image {axis} {size_px} does not fit a U-Net of depth {depth} without padding; "
                f"next {axis}s: {', '.join(map(str, sizes))}"
            )
