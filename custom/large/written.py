"""When an image was written, by which a rerun knows that it is still the same."""

from datetime import UTC, datetime
from pathlib import Path

from custom.large.places import Folder
from custom.large.sources import Source

METADATA = ("zarr.json", ".zarray")


def written_at(source: Source) -> str:
    """When the file, or the metadata of the array, were written; empty of an image that is not on a local disk.

    Of an array the metadata alone count, so that a chunk that could not be read may be mended in its place.
    """
    place = Folder(source.url)
    if not place.is_local:
        return ""
    array = Path(str(getattr(source.array, "store_path", "")).removeprefix("file://"))
    files = [Path(place.path), *(array / name for name in METADATA)]
    times = [file.stat().st_mtime for file in files if file.is_file()]
    return datetime.fromtimestamp(times[0], UTC).isoformat() if times else ""
