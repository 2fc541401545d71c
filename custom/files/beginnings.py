"""What a file holds that is not the format of its name, as its first bytes tell."""

PNG, OME_TIFF, UNPACK = "save it as PNG", "save it as OME-TIFF, as Fiji does", "unpack it"
# How files begin, what these are, and what to do about it.
KNOWN: tuple[tuple[tuple[bytes, ...], str, str], ...] = (
    ((b"<!DOCTYPE", b"<!doctype", b"<html", b"<HTML"), "a web page", "download it again"),
    ((b"<?xml", b"<svg"), "XML", "save it as an image"),
    ((b"PK\3\4",), "a zip archive", UNPACK),
    ((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!"), "packed", UNPACK),
    ((b"\0\0\0\x0cJXL ", b"\xff\x0a"), "JPEG XL", PNG),
    ((b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51"), "JPEG 2000", PNG),
    ((b"8BPS",), "Photoshop's PSD", PNG),
    ((b"%PDF",), "PDF", PNG),
    ((b"P5\n", b"P6\n", b"P5 ", b"P6 "), "PGM or PPM", PNG),
    ((b"%!PS", b"\xc5\xd0\xd3\xc6", b"\0\0\1\0", b"DDS ", b"qoif"), "EPS, ICO, DDS or QOI", PNG),
    ((b"II\xbc",), "JPEG XR", PNG),
    ((b"IIRO", b"IIU\0", b"FUJIFILM"), "a camera's raw image", PNG),
    ((b"SIMPLE  =", b"v/1\1"), "FITS or EXR", "save it as TIFF"),
    ((b"ZISRAWFILE",), "CZI", OME_TIFF),
    ((b"\xda\xce\xbe\x0a",), "ND2", OME_TIFF),
    ((b"\x70\0\0\0",), "LIF", OME_TIFF),
    ((b"\x89HDF",), "HDF5", "save it as TIFF or NIfTI"),
    ((b"\x93NUMPY",), "an array of numpy", "save it as TIFF or NIfTI"),
    ((b"NRRD000",), "NRRD", "call it .nrrd"),
    ((b"\x5c\1\0\0", b"\0\0\1\x5c"), "NIfTI or Analyze", "call NIfTI .nii"),
    ((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), "TIFF", "call it .tif"),
    ((b"\x89PNG",), "PNG", "call it .png"),
    ((b"\xff\xd8\xff",), "JPEG", "call it .jpg"),
)
DICOM_MARK = slice(128, 132)
START_BYTES = DICOM_MARK.stop


def other_format(start: bytes, own: tuple[str, ...]) -> str:
    """The line about a file that begins so, if it is of another format; empty if nobody can tell.

    Args:
        start: its first bytes, up to `START_BYTES` or more, unpacked if a reader unpacks them.
        own: the formats of the reader, as they are called here; of these the file may be a broken one.
    """
    if start[DICOM_MARK] == b"DICM":
        return "is DICOM, not what its name says; save its series as NIfTI, as dcm2niix does"
    for beginnings, name, mend in KNOWN:
        if name not in own and start.lstrip(b"\xef\xbb\xbf").startswith(beginnings):
            return f"is {name}, not what its name says; {mend}"
    return ""
