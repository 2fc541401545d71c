"""Images larger than memory: read, predicted and written block by block on Dask, with the result of one pass.

`segment` drives it: `sources` and `grid` say what is read and in which blocks, `stages` takes all blocks through one stage
after the other, `tasks` are what workers do with a block, `merging` joins objects across blocks, `job` remembers what is done.
"""

from custom.large.segment import segment

__all__ = ["segment"]
