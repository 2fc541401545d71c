"""Formats of images that are not read, and how to convert them."""

from pathlib import Path

from custom.files.dicom_sniff import DICOM_SUFFIXES
from custom.files.names import files_below

MICROSCOPES = (".czi", ".nd2", ".lif", ".lsm", ".oib", ".oif", ".vsi", ".ims", ".dv")
SLIDES = (".svs", ".ndpi", ".scn", ".bif")
PHOTOGRAPHS = (".heic", ".heif", ".avif", ".jp2", ".j2k", ".jxl", ".ppm", ".pgm", ".pbm", ".pnm")
VOLUMES = (".mgz", ".mgh", ".mnc", ".hdr", ".img")
ARRAYS = (".npy", ".npz", ".mat", ".h5", ".hdf5")


def conversion_of(place: Path) -> str:
    """How to convert a file, or the first of the files of a folder, of a format that is not read; empty of others."""
    paths = (place, *files_below(place)) if place.is_dir() else (place,)
    return next((told for path in paths if (told := _conversion(path))), "")


def _conversion(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix in MICROSCOPES:
        return f"save {suffix} as OME-TIFF, as Fiji and bfconvert of Bio-Formats do"
    if suffix in SLIDES:
        return f"python -m custom segment takes {suffix}"
    if suffix in PHOTOGRAPHS:
        return f"save {suffix} as PNG"
    if suffix in VOLUMES:
        return f"save {suffix} as NIfTI, in one file"
    if suffix in DICOM_SUFFIXES:
        return f"save series of {suffix} as NIfTI, as dcm2niix does"
    if suffix in ARRAYS:
        return f"save {suffix} as TIFF, as tifffile.imwrite does, or as NIfTI"
    is_zarr = any(parent.suffix == ".zarr" for parent in (path, *path.parents))
    return "python -m custom segment takes OME-Zarr" if is_zarr else ""
