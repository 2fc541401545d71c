"""What decides a result: plain values, which the job's folder keeps and a rerun must share."""

from dataclasses import dataclass, field, replace
from typing import Any

from custom.large.grid import Grid


@dataclass(frozen=True)
class Settings:
    """All that decides a result; plain values, as JSON holds them.

    Attributes:
        image: what `open_source` takes.
        shape: (T, C, Z, Y, X) of the image.
        axes: letters of the image's axes.
        dtype: type of its values.
        out: the Zarr group to write.
        network: arguments of the `UNet`.
        weights: SHA-256 of the tensors.
        channels: what `recorded_channels` takes.
        threshold: probability from which on a pixel is marked, for one class.
        temperature: by which logits are divided for the probabilities that are written.
        downsampling: factor by which the network sees the image smaller.
        border_class: class that parts touching objects; 0 for none.
        min_size_px: objects of fewer pixels become background.
        instances: whether objects are numbered.
        probabilities: whether probabilities are written.
        block: (Z, Y, X) of a block.
        levels: number of levels of the pyramids.
        version: OME-Zarr's version, 0.5 or 0.4.
        classes: names of the labels.
        bundle: version of the bundle.
        written: when the image was written, where its store tells.
        job_id: what no other job is called, not even an earlier one at the same place.
    """

    image: dict[str, Any]
    shape: list[int]
    axes: str
    dtype: str
    out: str
    network: dict[str, Any]
    weights: str
    channels: dict[str, Any]
    threshold: float
    temperature: float
    downsampling: int
    border_class: int
    min_size_px: int
    instances: bool
    probabilities: bool
    block: list[int]
    levels: int
    version: str
    classes: list[str] = field(default_factory=list)
    bundle: str = ""
    written: str = ""
    job_id: str = ""

    @property
    def grid(self) -> Grid:
        """The blocks."""
        t, _, z, y, x = self.shape
        rows = self.block
        return Grid((t, z, y, x), (rows[0], rows[1], rows[2]))

    def columns_first(self) -> "Settings":
        """The same job with the image's columns as rows."""
        *first, y, x = self.shape
        slices, rows, columns = self.block
        return replace(self, shape=[*first, x, y], block=[slices, columns, rows])
