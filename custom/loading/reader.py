"""MONAI's interface to the formats of `custom.files`, so that training, evaluation, prediction and the check read alike."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from monai.config import PathLike
from monai.data import ImageReader
from monai.utils import MetaKeys, SpaceKeys, ensure_tuple
from numpy.typing import NDArray

from custom.files import Header, check_intensities, read_image, read_label, wrong_channels


class FileReader(ImageReader):
    """A reader for MONAI's `LoadImage`, of one file at a time; its errors are one line.

    A picture comes as (W, H) or (W, H, C), as from MONAI's `PILReader`, a volume as (X, Y, Z) or (X, Y, Z, C) with its affine.

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
            raise ValueError(f"one file at a time is read, got {len(paths)}: {paths[0]} …")
        return str(paths[0])

    def get_data(self, img: str) -> tuple[NDArray[Any], dict[str, Any]]:
        """Values, and what MONAI wants to know of them.

        Raises:
            ValueError: as for `custom.files.read_image`, or if the channels are others; the message names the file.
        """
        try:
            image = read_image(img) if self.intensities or self.channels != 1 else read_label(img)
            self._check(image.header)
        except ValueError as error:
            raise ValueError(f"{Path(img).name}: {error}") from None
        values, affine = image.values, image.header.affine
        if affine is None:
            values = values.swapaxes(0, 1)
        shape = values.shape[: len(image.header.size)]
        meta: dict[str, Any] = {
            MetaKeys.SPATIAL_SHAPE: np.asarray(shape),
            MetaKeys.ORIGINAL_CHANNEL_DIM: -1 if values.ndim > len(shape) else float("nan"),
        }
        if affine is not None:
            meta |= {MetaKeys.AFFINE: affine, MetaKeys.ORIGINAL_AFFINE: affine.copy(), MetaKeys.SPACE: SpaceKeys.RAS}
        return values, meta

    def _check(self, header: Header) -> None:
        if self.intensities:
            check_intensities(header)
        if wrong := wrong_channels(header, self.channels):
            raise ValueError(wrong)
