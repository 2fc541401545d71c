#!/usr/bin/env bash
# pydicom 3.0.2 clears the bits above BitsStored of plain and RLE pixels, and keeps them in JPEG-LS and JPEG 2000.
#
# Expected: with 12 bits stored in 16, PS3.5 (section 8.1.1) tells receivers to assume nothing about the other four. A compression without
#   loss keeps all 16, so the pixels of one image are the same in every transfer syntax. A file compressed as a whole cell of 16 bits
#   often is: encoders are given the array, not BitsStored.
# Seen: -1 of Pixel Representation 1 that is kept as 0x0FFF reads as -1 from plain and RLE pixels, and as 4095 from JPEG-LS and JPEG
#   2000; 1 below an overlay in bit 12 as 1, and as 4097. pydicom corrects signs there only where the stream itself says 12 bits.
# Versions: Python 3.11, pydicom 3.0.2, pylibjpeg-rle 2.2.0, pyjpegls 1.5.1, pylibjpeg-openjpeg 2.6.0, imagecodecs 2026.3.6, numpy 2.4.6.
# Output on 30 November 2026:
#   signed 0x0FFF 0x0800 0x07FF: plain [-1, -2048, 2047], RLE [-1, -2048, 2047], JPEG-LS [4095, 2048, 2047], JPEG 2000 [4095, 2048, 2047]
#   unsigned 0x1001 0x0002 0x2FFF: plain [1, 2, 4095], RLE [1, 2, 4095], JPEG-LS [4097, 2, 12287], JPEG 2000 [4097, 2, 12287]
# For users: after decoding without loss, shift left and back right by BitsAllocated - BitsStored bits; not after a lossy decoding.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pydicom==3.0.2 pylibjpeg==2.1.0 pylibjpeg-rle==2.2.0 \
    pyjpegls==1.5.1 pylibjpeg-openjpeg==2.6.0 imagecodecs==2026.3.6 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import imagecodecs
import numpy as np
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, JPEG2000Lossless, JPEGLSLossless, MRImageStorage, RLELossless, generate_uid


def plain(words):
    image = Dataset()
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.SOPClassUID, image.SOPInstanceUID, image.Modality = MRImageStorage, generate_uid(), "MR"
    image.SamplesPerPixel, image.PhotometricInterpretation, image.Rows, image.Columns = 1, "MONOCHROME2", 4, 3
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 16, 15, 0
    image.PixelData = np.tile(np.array(words, "<u2"), (4, 1)).tobytes()
    return image


def of_whole_cells(image, kind):
    cells = image.pixel_array
    if kind == "RLE":
        image.compress(RLELossless)
    elif kind != "plain":
        jpeg_ls = kind == "JPEG-LS"
        options = {"level": 0, "reversible": True, "codecformat": "j2k", "bitspersample": 16}
        frame = imagecodecs.jpegls_encode(cells) if jpeg_ls else imagecodecs.jpeg2k_encode(cells, **options)
        image.PixelData = encapsulate([bytes(frame)])
        image["PixelData"].is_undefined_length = True
        image.file_meta.TransferSyntaxUID = JPEGLSLossless if jpeg_ls else JPEG2000Lossless


def read(words, kind, signed):
    image = plain(words)
    of_whole_cells(image, kind)
    image.BitsStored, image.HighBit, image.PixelRepresentation = 12, 11, int(signed)
    image.save_as("a.dcm", enforce_file_format=True)
    return dcmread("a.dcm").pixel_array[0].tolist()


same = True
for signed, words, right, kept in (
    (True, [0x0FFF, 0x0800, 0x07FF], [-1, -2048, 2047], [4095, 2048, 2047]),
    (False, [0x1001, 0x0002, 0x2FFF], [1, 2, 4095], [4097, 2, 12287]),
):
    seen = {kind: read(words, kind, signed) for kind in ("plain", "RLE", "JPEG-LS", "JPEG 2000")}
    told = " ".join(f"0x{word:04X}" for word in words)
    print(f"{'signed' if signed else 'unsigned'} {told}: {', '.join(f'{kind} {values}' for kind, values in seen.items())}")
    same &= list(seen.values()) == [right, right, kept, kept]
sys.exit(not same)
PYTHON
