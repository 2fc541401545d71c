"""When an image was written, by which a rerun knows that it is still the same."""

from custom.large.places import Folder
from custom.large.sources import Source

METADATA = ("zarr.json", ".zarray")


def written_at(source: Source) -> str:
    """When the file, or the metadata of the array, were written; empty where a store does not tell.

    Of an array the metadata alone count, so that a chunk that could not be read may be mended in its place.
    """
    place = Folder(source.url)
    array = f"{place.path}/{source.array.path}".rstrip("/")
    try:
        files = [file for file in (place.path, *(f"{array}/{name}" for name in METADATA)) if place.files.isfile(file)]
        return str(place.files.modified(files[0]).isoformat()) if files else ""
    except Exception:  # stores raise anything, NotImplementedError if they tell no dates
        return ""
