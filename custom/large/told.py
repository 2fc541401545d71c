"""The metadata of an OME-Zarr that a job has begun, looked at before the job goes on."""

from collections.abc import Iterator

from custom.large.places import Folder, in_one_line
from custom.large.settings import Settings
from custom.storage.json_object import json_object


def first_lost(settings: Settings, mend: str) -> str:
    """The first group or array of a job that has no metadata; empty if all have.

    Args:
        settings: the job's settings.
        mend: what to do if metadata are broken.

    Raises:
        PlaceError: naming the first file of metadata that cannot be read as such.
    """
    folder, lost = Folder(settings.out), []
    for path, name in _metadata(settings):
        file = f"{path}/{name}".lstrip("/")
        with in_one_line(f"OUT: {settings.out}/{file}", mend):
            content = folder.read(file)
            if content is not None:
                json_object(content, "the file")
            elif name != ".zattrs":
                lost.append(path or file)
    return lost[0] if lost else ""


def _metadata(settings: Settings) -> Iterator[tuple[str, str]]:
    """Arrays and groups with the names of their files of metadata."""
    labels = ["segmentation", *(["instances"] if settings.instances else [])]
    pyramids = ["", *(f"labels/{name}" for name in labels), *(["probabilities"] if settings.probabilities else [])]
    arrays = [f"{pyramid}/{level}".lstrip("/") for pyramid in pyramids for level in range(settings.levels)]
    for paths, of_two in ((arrays, ".zarray"), ([*pyramids, "labels"], ".zgroup")):
        for path in paths:
            yield path, "zarr.json" if settings.version == "0.5" else of_two
            if settings.version != "0.5":
                yield path, ".zattrs"
