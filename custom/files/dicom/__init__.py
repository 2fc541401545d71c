"""A DICOM series as a volume in patient coordinates; needs pydicom."""

from custom.files.dicom.series import Series, read_series

__all__ = ["Series", "read_series"]
