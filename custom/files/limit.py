"""How much memory one image may take: what a file says that it needs is compared with it before a pixel is decoded."""

import os
from functools import cache
from pathlib import Path

# The one setting: GiB, in the environment, since files are read by many programs.
SETTING = "UNET_BUNDLE_IMAGE_GB"
# An image is held as stored and as 32-bit floats; normalised, and with what a network makes of it, it takes some three times so
# much.
SHARE_OF_MEMORY = 0.25
BYTES_AS_FLOAT = 4
OF_A_CONTAINER = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def check_claim(values: int, itemsize: int, size: tuple[int, ...], besides: int = 0) -> None:
    """Makes sure that an image fits.

    Args:
        values: how many there are, those of all channels and slices.
        itemsize: bytes of one as it is stored.
        size: in pixels, for the message.
        besides: bytes that are unpacked before the values.

    Raises:
        ValueError: if it takes more than the limit, or the limit is set to what is no number above 0.
    """
    claimed, most = values * (itemsize + BYTES_AS_FLOAT) + besides, most_bytes()
    if claimed > most:
        pixels = "×".join(map(str, size))
        raise ValueError(
            f"claims {pixels} pixels, {claimed / 2**30:.3g} GiB in memory, too many here, where an image may take "
            f"{most / 2**30:.3g} GiB; crop it, take a larger machine, or set {SETTING} to more"
        )


def most_bytes() -> float:
    """Bytes that one image may take: what `UNET_BUNDLE_IMAGE_GB` says, or else a quarter of this machine's memory.

    Raises:
        ValueError: if that is no number above 0.
    """
    given = os.environ.get(SETTING)
    if not given:
        return SHARE_OF_MEMORY * memory_bytes()
    try:
        limit = float(given)
    except ValueError:
        limit = 0
    if not 0 < limit < float("inf"):
        raise ValueError(f"{SETTING} must be a number of GiB above 0, got {given!r}")
    return limit * 2**30


def memory_bytes() -> int:
    """The memory of this machine, or of the container that the program runs in where that has less."""
    return _least_memory(OF_A_CONTAINER)


@cache  # asked for each image
def _least_memory(of_a_container: tuple[str, ...]) -> int:
    sizes = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for name in of_a_container:
        told = Path(name).read_text().strip() if Path(name).is_file() else ""
        sizes += [int(told)] if told.isdecimal() else []  # "max" means no limit
    return min(sizes)
