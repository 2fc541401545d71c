"""A folder of results that one program alone writes into, from the moment that it is found empty."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from custom.storage.output_folder import refuse_other_files, remove_empty
from custom.system.folder_lock import hold_folder, release_folder


@contextmanager
def own_folder(folder: Path, setting: str) -> Iterator[None]:
    """Makes a folder, and holds it for the block; after an error the folders that were made for it go, if they are empty.

    Args:
        folder: not there yet, or empty.
        setting: what names the folder, for errors.

    Raises:
        ValueError: if another process that lives holds it, or one that has ended wrote into it meanwhile.
    """
    new = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    hold_folder(folder, setting)
    try:
        refuse_other_files(folder)
        yield
    except BaseException:
        release_folder(folder)
        remove_empty(new)
        raise
    release_folder(folder)
