"""Long series of slices in parts, so that memory does not grow with the number of slices."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil, prod
from typing import Any, NamedTuple

from custom.files import read_header

WINDOW_PX = 2**22  # 64 slices of 256×256 pixels


class Window(NamedTuple):
    """A step over a series.

    Attributes:
        images: indices of the images to predict; empty where results of earlier steps are handed out.
        total: number of images of the series.
        step: which of the series' steps, from 0.
        steps: how many there are: 1 for a short series, and twice the windows less one for a long one.
    """

    images: list[int]
    total: int
    step: int
    steps: int

    @property
    def ends_series(self) -> bool:
        """Whether its images are the last of the series."""
        return self.step == self.steps // 2


class SeriesWindows:
    """A batch sampler: short series as they are, long ones in windows, then as many steps without images, less one.

    Some results are known only when the last slice of a series was seen. The steps without images hand them out, a window at a
    time. `list(windows)` gives the indices of each step, `windows.steps` more of it.

    Args:
        batches: indices of the images of each series, such as `SeriesBatches`.
        data: the datalist.
        most_px: pixels of all images of a window, ≥ 1; a series of fewer is not parted.
    """

    def __init__(self, batches: Iterable[list[int]], data: Sequence[Mapping[str, Any]], most_px: int = WINDOW_PX) -> None:
        self.steps = [step for batch in batches for step in _parted(batch, _most_images(batch, data, most_px))]

    def __iter__(self) -> Iterator[list[int]]:
        """The images of each step."""
        return (step.images for step in self.steps)

    def __len__(self) -> int:
        """The number of steps."""
        return len(self.steps)


def _parted(batch: list[int], most: int) -> Iterator[Window]:
    steps = 2 * ceil(len(batch) / most) - 1
    return (Window(batch[step * most : (step + 1) * most], len(batch), step, steps) for step in range(steps))


def _most_images(batch: Sequence[int], data: Sequence[Mapping[str, Any]], most_px: int) -> int:
    """How many images of a series a window holds; for a lone one no header is read."""
    return 1 if len(batch) == 1 else max(1, most_px // prod(read_header(str(data[batch[0]]["image"])).size))
