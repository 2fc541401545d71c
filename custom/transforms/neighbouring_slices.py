"""The slices before and behind a slice as further channels, for networks that see a little of the third dimension."""

import re
from collections.abc import Hashable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from monai.config import KeysCollection
from monai.data import MetaTensor
from monai.transforms import LoadImage, MapTransform

from custom.files import count_pages, in_numeric_order, is_picture, split_page
from custom.inferers.tiles import mirrored
from custom.loading.reader import FileReader


class NeighbouringSlicesd(MapTransform):
    """Channels (3C, H, W) in place of (C, H, W): of the slice itself, of the one before, and of the one behind it.

    Neighbours are the files of the slice's folder whose names differ from its own in the last number alone, in the order of
    that number, whether or not some are missing; of a page of a TIFF they are its other pages. Beyond the first and the last
    slice the stack is mirrored; a lone slice is its own neighbour.

    Args:
        keys: keys of slices loaded by `LoadImaged`, channels first; their meta data tell the file.
        allow_missing_keys: whether a key may be absent.

    Raises:
        ValueError: in a call, if an image is no slice with meta data, or a neighbour differs in shape.
    """

    def __init__(self, keys: KeysCollection, allow_missing_keys: bool = False) -> None:
        super().__init__(keys, allow_missing_keys)
        self.load = LoadImage(reader=FileReader(), ensure_channel_first=True)

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """The items with their neighbours."""
        result = dict(data)
        for key in self.key_iterator(result):
            image = result[key]
            name = getattr(image, "meta", {}).get("filename_or_obj")
            if not name or image.dim() != 3:
                raise ValueError(f"{key} must be a slice (C, H, W) that LoadImaged read, got the shape {tuple(image.shape)}")
            result[key] = torch.cat([image, *(self._like(image, path) for path in neighbours(Path(name)))])
        return result

    def also_reads(self, path: Path) -> tuple[Path, Path]:
        """The files that an image depends on beside its own."""
        return neighbours(path)

    def _like(self, image: MetaTensor, path: Path) -> MetaTensor:
        other: MetaTensor = self.load(path)
        if other.shape != image.shape:
            shapes = f"{tuple(other.shape)} against {tuple(image.shape)}"
            raise ValueError(f"{path}: its shape differs from that of the slice beside it: {shapes}; save a stack in one size")
        return other


def neighbours(path: Path) -> tuple[Path, Path]:
    """The files of the slices before and behind that of `path`; of a page the pages before and behind it."""
    file, page = split_page(path)
    if page is not None:
        before, _, behind = mirrored(page - 1, page + 2, count_pages(file))
        return Path(f"{file}[{before}]"), Path(f"{file}[{behind}]")
    stack = _stacks(path.parent, path.parent.stat().st_mtime_ns)[_series(path)]
    place = stack.index(path)
    before, _, behind = mirrored(place - 1, place + 2, len(stack))
    return stack[before], stack[behind]


@lru_cache(maxsize=8)
def _stacks(folder: Path, changed_ns: int) -> dict[str, list[Path]]:
    """The slices of a folder, series by series; read again when it has changed."""
    stacks: dict[str, list[Path]] = {}
    for path in sorted(
        (path for path in folder.iterdir() if is_picture(path) and not path.name.startswith(".")), key=in_numeric_order
    ):
        stacks.setdefault(_series(path), []).append(path)
    return stacks


def _series(path: Path) -> str:
    """The name without its last number: `a_*.png` of `a_12.png`."""
    return re.sub(r"\d+(?=\D*$)", "*", path.name)
