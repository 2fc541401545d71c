"""DICOM: a series as a volume in patient coordinates, and a DICOM Segmentation of it; needs pydicom, and highdicom to write."""

from custom.files.dicom.candidates import is_called_flair
from custom.files.dicom.series import Series, read_series

__all__ = ["Series", "is_called_flair", "read_series"]
