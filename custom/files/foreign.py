"""Formats of images that are not read, and how to convert them."""

from pathlib import Path

from custom.files.dicom_sniff import DICOM_SUFFIXES, holds_dicom
from custom.files.names import files_below, is_picture

SERIES = "save series of {} as NIfTI, as dcm2niix does"
# Suffixes of formats, and how to convert them; `{}` stands for the suffix.
CONVERSIONS = (
    (
        tuple(".czi .nd2 .lif .lsm .oib .oif .vsi .ims .dv .stk .zvi .ics .mrc .dm3 .dm4".split()),
        "save {} as OME-TIFF, as Fiji and bfconvert of Bio-Formats do",
    ),
    ((".svs", ".ndpi", ".scn", ".bif"), "python -m custom segment takes {}"),
    (tuple(".dng .nef .cr2 .cr3 .arw .raf .orf .rw2".split()), "save {} as TIFF or PNG, with the program of the camera"),
    (tuple(".heic .heif .avif .jp2 .j2k .jxl .ppm .pgm .pbm .pnm .psd .xcf .tga .pcx .svg .pdf".split()), "save {} as PNG"),
    ((".mgz", ".mgh", ".mnc", ".hdr", ".img", ".gipl", ".head", ".brik", ".par"), "save {} as NIfTI, in one file"),
    ((".avi", ".mp4", ".mov", ".mkv", ".wmv", ".webm", ".mpg", ".mpeg"), "save the frames of {} as PNG"),
    (DICOM_SUFFIXES, SERIES),
    (
        (".npy", ".npz", ".mat", ".h5", ".hdf5", ".hdf", ".fits", ".fit", ".exr"),
        "save {} as TIFF, as tifffile.imwrite does, or as NIfTI",
    ),
    ((".parquet", ".arrow", ".tfrecord"), "save the images in {} as PNG"),
)
ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".rar", ".7z")


def conversion_of(place: Path) -> str:
    """How to convert a file, or the first of the files of a folder, of a format that is not read; empty of others."""
    found = files_below(place) if place.is_dir() else (place,)
    paths = [path for path in found if not is_picture(path)]  # such as .nii.gz
    packed = next((path.suffix.lower() for path in paths if path.suffix.lower() in ARCHIVES), "")
    other = f"unpack {packed} files first" if packed else SERIES.format("DICOM") if holds_dicom(place) else ""
    return next((told for path in paths if (told := _conversion(path))), other)


def _conversion(path: Path) -> str:
    suffix = path.suffix.lower()
    for suffixes, mend in CONVERSIONS:
        if suffix in suffixes:
            return mend.format(suffix)
    is_zarr = any(parent.suffix == ".zarr" for parent in (path, *path.parents))
    return "python -m custom segment takes OME-Zarr" if is_zarr else ""
