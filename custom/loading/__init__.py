"""What a DataLoader needs of files: MONAI's reader of ours, caches, batches, shares of processes, items that may be broken."""

from custom.loading.cached import CachedSlices
from custom.loading.patient_batches import SeriesBatches
from custom.loading.reader import FileReader
from custom.loading.same_size import SameSizeBatches
from custom.loading.series_windows import SeriesWindows
from custom.loading.shares import batches_of_process, patients_of_process, process_share
from custom.loading.stored import StoredSlices
from custom.loading.tolerant import TolerantDataset, collate_tolerant

__all__ = [
    "CachedSlices",
    "FileReader",
    "SameSizeBatches",
    "SeriesBatches",
    "SeriesWindows",
    "StoredSlices",
    "TolerantDataset",
    "batches_of_process",
    "collate_tolerant",
    "patients_of_process",
    "process_share",
]
