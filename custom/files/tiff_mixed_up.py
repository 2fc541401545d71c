"""TIFFs in which tifffile stores other values than it was given, in silence."""

from tifffile import COMPRESSION, PLANARCONFIG, TiffPage

JPEG_2000 = (COMPRESSION.JPEG2000, COMPRESSION.APERIO_JP2000_RGB, COMPRESSION.APERIO_JP2000_YCBC, COMPRESSION.JPEG_2000_LOSSY)


def check_mixed_up(page: TiffPage) -> None:
    """Makes sure that the writer did not mix up the values of a page: channels of one bit side by side, bytes in JPEG 2000.

    Files of other programs are right. `findings/tifffile_masks_of_several_channels.sh` and
    `findings/tifffile_jpeg2000_big_endian.sh` show it.

    Raises:
        ValueError: if it did.
    """
    if page.software != "tifffile.py":
        return
    bits, samples = page.bitspersample, page.samplesperpixel
    if bits == 1 and samples > 1 and page.planarconfig == PLANARCONFIG.CONTIG:
        raise ValueError(
            f"has {samples} channels of one bit side by side, which tifffile mixes up as it writes them; save them as 8 bits"
        )
    if bits == 16 and page.parent.byteorder == ">" and page.compression in JPEG_2000:
        raise ValueError(
            "has 16-bit pixels in JPEG 2000 whose bytes tifffile swaps in big-endian files; save it anew with Deflate or LZW"
        )
