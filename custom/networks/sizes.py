"""Arithmetic of the sizes that a U-Net accepts and returns, along one axis, in pixels.

Each level convolves twice with 3×3 kernels; without padding a convolution eats one pixel on either side::

    572 ─570─568 ─────────────crop──────────► 392─390─388   level 0
          └284─282─280 ──────crop────► 200─198─196┘         level 1
               └140─138─136 ─crop► 104─102─100┘             level 2
                     └68─66─64 ► 56─54─52┘                  level 3
                        └32─30─28┘                          level 4

Source: Ronneberger, Fischer and Brox (2015), arXiv:1505.04597, figure 1.
"""

from itertools import count, islice


def stride(depth: int) -> int:
    """Pixels of the input to one pixel of the deepest level: 2 ** (depth - 1)."""
    return 1 << (depth - 1)


def valid_output_size(size_px: int, depth: int = 5) -> int:
    """Output size of the network without padding, for one input size.

    Raises:
        ValueError: if `size_px` is odd at a pooling, or too small; the message names the next valid sizes.
    """
    if not is_valid_input_size(size_px, depth):
        sizes = ", ".join(str(size) for size in next_valid_sizes(size_px, depth))
        raise ValueError(f"size {size_px} does not fit a network of depth {depth} without padding; next sizes: {sizes}")
    return size_px - 2 * valid_margin(depth)


def valid_margin(depth: int = 5) -> int:
    """Pixels that the network without padding eats on one side of its input; 92 for depth 5.

    Four pixels at each level on the way down (except the deepest, which has two) and on the way up, times the level's stride:
    two convolutions eat 2 px on one side.
    """
    down_and_up = sum(4 << level for level in range(depth - 1))
    return down_and_up + (2 << (depth - 1))


def is_valid_input_size(size_px: int, depth: int = 5) -> bool:
    """Whether every pooling meets an even size and every convolution at least three pixels."""
    for _ in range(depth - 1):
        size_px -= 4
        if size_px < 2 or size_px % 2:
            return False
        size_px //= 2
    size_px -= 4
    for _ in range(depth - 1):
        size_px = 2 * size_px - 4
    return size_px > 0


def next_valid_sizes(size_px: int, depth: int = 5, number: int = 3) -> list[int]:
    """The smallest valid input sizes that are not below `size_px`.

    Args:
        size_px: least size, in pixels.
        depth: levels of the network.
        number: how many sizes.
    """
    return list(islice((size for size in count(max(size_px, 1)) if is_valid_input_size(size, depth)), number))
