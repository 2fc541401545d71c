"""MONAI's interface to the formats of `custom.files`, so that training, evaluation, prediction and the check read alike."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from monai.config import PathLike
from monai.data import ImageReader
from monai.utils import MetaKeys, SpaceKeys, ensure_tuple
from numpy.typing import NDArray

from custom.files import Header, Image, check_intensities, read_image, read_label, wrong_channels
from custom.files.errors import named

_handed: dict[str, Image] = {}


@contextmanager
def read_once(path: str) -> Iterator[Image]:
    """Header and values of an image, which a `FileReader` in the block is handed rather than opens the file again.

    Raises:
        ValueError: if the file cannot be read, in one line without its name.
    """
    name, image = _name(path), read_image(path)
    _handed[name] = image
    try:
        yield image
    finally:
        del _handed[name]


def _name(path: PathLike) -> str:
    return str(Path(path).expanduser())


class FileReader(ImageReader):
    """A reader for MONAI's `LoadImage`, of one file at a time; its errors are one line.

    A picture comes as (W, H) or (C, W, H), a volume as (X, Y, Z) or (X, Y, Z, C) with its affine.

    Args:
        channels: how many an image must have; None to not ask. A label of one may be stored as three that are equal.
        intensities: whether it holds intensities, so that numbers of a palette's colours are refused; a label may hold them.
    """

    def __init__(self, channels: int | None = None, intensities: bool = True) -> None:
        super().__init__()
        self.channels = channels
        self.intensities = intensities

    def verify_suffix(self, filename: Sequence[PathLike] | PathLike) -> bool:
        """Any file is taken: what cannot be read is told when it is opened."""
        return True

    def read(self, data: Sequence[PathLike] | PathLike, **kwargs: Any) -> str:
        """The path alone, since MONAI hides what goes wrong here behind other readers' tracebacks; `get_data` opens it.

        Raises:
            ValueError: if there are several files.
        """
        paths = ensure_tuple(data)
        if len(paths) != 1:
            raise ValueError(f"one file at a time is read, got {len(paths)}: {paths[0]} …; load each by itself")
        return str(paths[0])

    def get_data(self, img: str) -> tuple[NDArray[Any], dict[str, Any]]:
        """Values, and what MONAI wants to know of them.

        Raises:
            ValueError: if the file cannot be read or has other channels; the message names the file.
        """
        with named(Path(img).name):
            is_label = not self.intensities and self.channels == 1
            image = _handed.get(_name(img)) or (read_label(img) if is_label else read_image(img))
            self._check(image.header)
        values, affine = image.values, image.header.affine
        if affine is None:
            # Copied as it is stored, channel by channel: MONAI would copy the floats, which are larger.
            values = np.ascontiguousarray(values.T)
        dims, channels = len(image.header.size), values.ndim - len(image.header.size)
        channel_dim = float("nan") if not channels else 0 if affine is None else -1
        shape = values.shape[-dims:] if affine is None else values.shape[:dims]
        meta: dict[str, Any] = {
            MetaKeys.SPATIAL_SHAPE: np.asarray(shape if affine is None else (*shape, 1)[:3]),  # flat ones among volumes
            MetaKeys.ORIGINAL_CHANNEL_DIM: channel_dim,
        }
        if affine is not None:
            meta |= {MetaKeys.AFFINE: affine, MetaKeys.ORIGINAL_AFFINE: affine.copy(), MetaKeys.SPACE: SpaceKeys.RAS}
        return values, meta

    def _check(self, header: Header) -> None:
        if self.intensities:
            check_intensities(header)
        if wrong := wrong_channels(header, self.channels):
            raise ValueError(wrong)
