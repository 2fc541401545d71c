"""Chunks of Blosc that are cut off, which numcodecs unpacks in silence together with whatever follows in memory."""

from functools import cached_property
from typing import Any

import numcodecs
import zarr
from numcodecs.registry import register_codec
from zarr.codecs import BloscCodec
from zarr.registry import register_codec as register_zarr_codec

HEADER = 16  # bytes, of which the last four tell how long a chunk is: github.com/Blosc/c-blosc, README_CHUNK_FORMAT


class WholeBlosc(numcodecs.Blosc):
    """Blosc, as Zarr 2 names it, that unpacks whole chunks alone."""

    def decode(self, buf: Any, out: Any = None) -> Any:
        """Unpacks a chunk.

        Raises:
            ValueError: if it is shorter than its header says.
        """
        given = memoryview(buf).cast("B")
        told = int.from_bytes(given[HEADER - 4 : HEADER], "little")
        if len(given) < max(told, HEADER):
            raise ValueError(f"a chunk has {len(given)} bytes of {max(told, HEADER)}: it was cut off; fetch the image anew")
        return super().decode(buf, out)


class WholeBloscCodec(BloscCodec):
    """The same for Zarr 3."""

    @cached_property
    def _blosc_codec(self) -> WholeBlosc:
        config: dict[str, Any] = super()._blosc_codec.get_config()
        return WholeBlosc(**{name: value for name, value in config.items() if name != "id"})


def refuse_cut_chunks() -> None:
    """Lets Zarr unpack Blosc in this process by the classes above."""
    register_codec(WholeBlosc)
    register_zarr_codec("blosc", WholeBloscCodec)
    zarr.config.set({"codecs.blosc": f"{WholeBloscCodec.__module__}.{WholeBloscCodec.__qualname__}"})
