"""Pieces of an image that are not stored, which Zarr reads as the fill value."""

from typing import Any

from zarr.core.sync import sync

from custom.large.places import Folder, PlaceError
from custom.large.sources import Source
from custom.large.tiff_view import is_tiff

MOST_COUNTED = 10**6


def missing_chunks(source: Source) -> int:
    """How many chunks, shards or pieces of a TIFF are not stored; 0 if there are over a million, or the store lists no files.

    Raises:
        PlaceError: if all of them are missing, and chunks of other names are there, or if a shard is an empty file.
    """
    array = source.array
    if is_tiff(source.url):
        return source.unstored
    if array._nshards > MOST_COUNTED or not (names := _names_beside(array)):
        return 0
    if array.shards and (empty := _empty_file(source)):  # Zarr reads it as the fill value
        raise PlaceError(f"IN {source.url!r}: {empty!r} is an empty file, as of a copy that was cut off; fetch it anew")
    missing = int(array._nshards - array._nshards_initialized)
    if missing == array._nshards and any(name[:1].isdecimal() for name in names):
        raise PlaceError(f"IN {source.url!r}: its chunks have other names than its metadata say; mend its dimension_separator")
    return missing


def _empty_file(source: Source) -> str:
    """The first empty file of an array; an empty text if there is none, or the store lists no files."""
    place = Folder(source.url)
    try:
        found = place.files.find(f"{place.path}/{source.array.path}".rstrip("/"), detail=True)
    except Exception:  # stores raise anything
        return ""
    return min((name for name, told in found.items() if told.get("size") == 0), default="")


def _names_beside(array: Any) -> set[str]:
    """What lies in the folder of an array; nothing where a server lists no folders."""
    place = array.store_path

    async def listed() -> set[str]:
        """Their names, as zarr's own loop asks the store for them."""
        return {name async for name in place.store.list_dir(place.path)}

    try:
        return sync(listed())
    except Exception:  # stores raise anything
        return set()
