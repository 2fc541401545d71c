"""Items in memory up to a limit, and beyond it in a file that is mapped into memory."""

import copy
import mmap
import tempfile
import weakref
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import torch
from monai.data import MetaTensor
from numpy.typing import NDArray
from torch import Tensor

from custom.loading.packed import Packed, pack, unpack

MIB = 2**20


class InFile(NamedTuple):
    """Where in the file an array lies."""

    offset: int
    dtype: np.dtype[Any]
    shape: tuple[int, ...]


class Kept(NamedTuple):
    """An array or tensor: its codes in memory or in the file, their values, and what a tensor had beside its numbers."""

    codes: NDArray[np.generic] | InFile
    values: NDArray[np.generic] | None
    like: type
    meta: dict[str, Any]
    operations: list[Any]


class Shelf:
    """Keeps dictionaries whose arrays and tensors are packed.

    The file has no name and goes with the program, however it ends. Worker processes must be forked to read it.

    Args:
        limit_mb: memory for the arrays, in MiB, ≥ 0; what does not fit goes into the file.
        folder: where the file lies; it is made when the limit is reached.
    """

    def __init__(self, limit_mb: float, folder: Path) -> None:
        self.limit = limit_mb * MIB
        self.folder = folder
        self.bytes_in_memory = 0
        self.bytes_in_file = 0
        self._file: Any = None
        self._map: mmap.mmap | None = None
        self._lock = Lock()

    def keep(self, item: Mapping[Any, Any]) -> dict[Any, Any]:
        """What `take` makes the item of again.

        Raises:
            ValueError: if the disk is full; the message names the folder.
        """
        return {key: self._keep(value) if isinstance(value, np.ndarray | Tensor) else value for key, value in item.items()}

    def take(self, kept: Mapping[Any, Any]) -> dict[Any, Any]:
        """A copy of the item."""
        return {key: self._take(value) if isinstance(value, Kept) else value for key, value in kept.items()}

    def _keep(self, value: NDArray[Any] | Tensor) -> Kept:
        packed = pack(np.asarray(value.detach().cpu().numpy() if isinstance(value, Tensor) else value))
        meta = (value.meta, value.applied_operations) if isinstance(value, MetaTensor) else ({}, [])
        with self._lock:
            return Kept(self._place(packed.codes), packed.values, type(value), *meta)

    def _place(self, codes: NDArray[np.generic]) -> NDArray[np.generic] | InFile:
        if self.bytes_in_memory + codes.nbytes <= self.limit:
            self.bytes_in_memory += codes.nbytes
            return codes
        place = InFile(self.bytes_in_file, codes.dtype, codes.shape)
        try:
            if self._file is None:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._file = tempfile.TemporaryFile(dir=self.folder)
                weakref.finalize(self, self._file.close)
            self._file.seek(place.offset)
            self._file.write(codes.tobytes())
            self._file.flush()
        except OSError as error:
            raise ValueError(
                f"cache_mb: beyond it the cache goes to {self.folder}, which fails: {error.strerror}; "
                "make room there, or set a larger cache_mb"
            ) from None
        self.bytes_in_file += -(-codes.nbytes // 64) * 64  # arrays begin at multiples of 64 bytes
        return place

    def _take(self, kept: Kept) -> Any:
        codes = self._read(kept.codes) if isinstance(kept.codes, InFile) else kept.codes
        array = unpack(Packed(codes, kept.values))
        if kept.like is np.ndarray:
            return array
        if not issubclass(kept.like, MetaTensor):
            return torch.from_numpy(array)
        return MetaTensor(
            torch.from_numpy(array), meta=copy.deepcopy(kept.meta), applied_operations=copy.deepcopy(kept.operations)
        )

    def _read(self, place: InFile) -> NDArray[np.generic]:
        end = place.offset + int(np.prod(place.shape)) * place.dtype.itemsize
        with self._lock:
            if self._map is None or len(self._map) < end:
                self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        flat = np.frombuffer(self._map, place.dtype, int(np.prod(place.shape)), place.offset)
        return flat.reshape(place.shape)
