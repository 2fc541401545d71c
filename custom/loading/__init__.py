"""What a DataLoader needs of files: MONAI's reader of ours, caches, batches of a patient, and items that may be broken."""

from custom.loading.cached import CachedSlices
from custom.loading.patient_batches import SeriesBatches
from custom.loading.reader import FileReader
from custom.loading.tolerant import TolerantDataset, collate_tolerant

__all__ = ["CachedSlices", "FileReader", "SeriesBatches", "TolerantDataset", "collate_tolerant"]
