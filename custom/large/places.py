"""Files and Zarr groups by their URL: on the disk, or in an object store that fsspec knows, such as `s3://bucket/name`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem

from custom.storage.atomic import atomic_path
from custom.text.one_line import one_line


class PlaceError(ValueError):
    """Says what is wrong with a place and how to mend it, in a line of its own."""


class Folder:
    """A folder of small files, each whole or not there.

    Args:
        url: path or URL of the folder, which need not exist.

    Raises:
        PlaceError: if nothing here opens such URLs.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            self.files, self.path = fsspec.core.url_to_fs(url, use_listings_cache=False)
        except (ImportError, ValueError) as error:  # no package for the store, or no such scheme
            raise PlaceError(f"{url!r} cannot be opened: {error}; pip install its fsspec package, or name another") from error
        self.is_local = isinstance(self.files, LocalFileSystem)

    def read(self, name: str) -> bytes | None:
        """The content of a file; None if there is none."""
        try:
            return bytes(self.files.cat_file(f"{self.path}/{name}"))
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Writes a file, which takes its name when its bytes are safe."""
        if not self.is_local:  # an object store shows an object when all of it is there
            self.files.pipe_file(f"{self.path}/{name}", content)
            return
        path = Path(self.path, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(path) as temporary:
            temporary.write_bytes(content)

    def names(self, folder: str) -> set[str]:
        """The names of the files in a folder below this one."""
        try:
            return {Path(path).name for path in self.files.ls(f"{self.path}/{folder}", detail=False)}
        except FileNotFoundError:
            return set()

    def exists(self) -> bool:
        """Whether there is anything at this place."""
        return bool(self.files.exists(self.path))


def beside(url: str, suffix: str) -> str:
    """The URL with another suffix in place of `.zarr`: `a/b.zarr` and `.png` give `a/b.png`."""
    return url.rstrip("/").removesuffix(".zarr") + suffix


def full_place(url: str) -> str:
    """A place on the disk as its path from the root, so that it is the same from every folder; of others the URL."""
    place = Folder(url)
    return os.path.abspath(place.path) if place.is_local else url.rstrip("/")


def same_place(one: str, other: str) -> bool:
    """Whether two URLs name one place, or the second lies within the first."""
    first, second = (Folder(url) for url in (one, other))
    if type(first.files) is not type(second.files):
        return False
    paths = [os.path.realpath(place.path) if place.is_local else place.path.rstrip("/") for place in (first, second)]
    return f"{paths[1]}/".startswith(f"{paths[0]}/")


@contextmanager
def in_one_line(place: str, mend: str) -> Iterator[None]:
    """Whatever goes wrong with a place becomes a `PlaceError` of one line, which ends with how to mend it.

    Args:
        place: what the line begins with.
        mend: what it ends with.

    Raises:
        PlaceError: in one line; one that was raised in the block stays as it is.
    """
    try:
        yield
    except PlaceError:
        raise
    except Exception as error:  # stores raise anything: OSError, botocore's, zarr's, tifffile's
        raise PlaceError(f"{place}: {one_line(error)}; {mend}") from error
