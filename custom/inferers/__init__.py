"""Ways to apply a network to an image: whole, in tiles or strips, on a coarser grid, averaged, joined across slices."""

from custom.inferers.across_slices import AcrossSlicesInferer
from custom.inferers.averaging import AveragingInferer
from custom.inferers.downsampling import DownsamplingInferer
from custom.inferers.overlap_tile import OverlapTileInferer
from custom.inferers.slice_join import SliceJoin
from custom.inferers.whole_image import WholeImageInferer

__all__ = [
    "AcrossSlicesInferer",
    "AveragingInferer",
    "DownsamplingInferer",
    "OverlapTileInferer",
    "SliceJoin",
    "WholeImageInferer",
]
