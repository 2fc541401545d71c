"""Images that are copies of images of other patients, byte for byte: validated on, they make scores too high."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import file_digest
from itertools import groupby
from pathlib import Path
from typing import Any

from custom.files import read_image, split_page

SAMPLE = 4096  # bytes from the middle of a file, which nearly always tell files of one size apart


def doubt_about_copies(items: Sequence[Mapping[str, Any]]) -> str:
    """What is told of images of a datalist that are copies of others of other patients; empty if none is.

    Args:
        items: dictionaries with `"image"` and `"patient_id"`.
    """
    owners = {split_page(item["image"])[0]: item["patient_id"] for item in items}
    alike = [files for files in _alike(owners) if len({owners[file] for file in files}) > 1 and not _is_blank(files[0])]
    if not alike:
        return ""
    first, copy, *_ = alike[0]
    number = sum(len(files) - 1 for files in alike)
    return (
        f"{number} image{'s are copies' if number > 1 else ' is a copy'} of others, such as {copy} of {first}; remove them, "
        "so that no image that was trained on is validated on"
    )


def _alike(files: Iterable[Path]) -> Iterator[list[Path]]:
    """Groups of two files and more with the same content; of most files only a sample is read."""
    for of_size in _groups(files, lambda file: file.stat().st_size):
        for of_sample in _groups(of_size, _sample):
            yield from _groups(of_sample, _digest)


def _groups(files: Iterable[Path], key: Any) -> list[list[Path]]:
    keyed = sorted(((key(file), file) for file in files), key=lambda pair: pair[0])
    groups = [[file for _, file in group] for _, group in groupby(keyed, key=lambda pair: pair[0])]
    return [group for group in groups if len(group) > 1]


def _sample(file: Path) -> bytes:
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - SAMPLE) // 2)
        return opened.read(SAMPLE)


def _digest(file: Path) -> bytes:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").digest()


def _is_blank(file: Path) -> bool:
    """Whether an image has one value, as slices above a head do; of a stack it is taken for granted that it has several."""
    try:
        values = read_image(file).values
    except ValueError:
        return False
    return bool(values.min() == values.max())
