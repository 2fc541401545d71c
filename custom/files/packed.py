"""Whether packed voxels are whole, which ITK does not tell."""

import zlib
from typing import BinaryIO

BLOCK = 1 << 20
ZLIB_OR_GZIP = 47
BROKEN = "its packed voxels are broken; save it anew"


def unpacked_bytes(file: BinaryIO, most: int) -> int:
    """How many bytes a packed stream gives; -1 if it is broken or cut off. More than `most` are not counted."""
    stream, count = zlib.decompressobj(ZLIB_OR_GZIP), 0
    try:
        while not stream.eof and count <= most and (block := stream.unconsumed_tail or file.read(BLOCK)):
            count += len(stream.decompress(block, BLOCK))
    except zlib.error:
        return -1
    return count if stream.eof else -1
