"""What a packed stream unpacks to, counted before anything unpacks it at once."""

import zlib
from typing import BinaryIO

BLOCK = 1 << 20
ZLIB_OR_GZIP, RAW = 47, -zlib.MAX_WBITS
BROKEN = "its packed voxels are broken; save it anew"


def unpacked_bytes(file: BinaryIO, most: float, form: int = ZLIB_OR_GZIP) -> int:
    """How many bytes a packed stream gives, more than `most` where there are more; -1 if it is broken or cut off before.

    Args:
        file: at the beginning of the stream.
        most: number of bytes beyond which no more are counted.
        form: `ZLIB_OR_GZIP`, or `RAW` for a deflated stream without a header.
    """
    stream, count = zlib.decompressobj(form), 0
    try:
        while not stream.eof and count <= most and (block := stream.unconsumed_tail or file.read(BLOCK)):
            count += len(stream.decompress(block, BLOCK))
    except zlib.error:
        return -1
    return count if stream.eof or count > most else -1
