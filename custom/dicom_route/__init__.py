"""A DICOM series in, a DICOM Segmentation and a report out."""
