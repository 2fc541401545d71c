"""Pictures that are broken or hold something else than intensities, and what is said of each."""

import zlib

import numpy as np
from PIL import Image
from trust.broken_files import PIXELS, chunk, damaged, encoded, flipped, of, png, stacked, tiff, with_nan

PICTURE = Image.fromarray(PIXELS)
IDAT = chunk(b"IDAT", zlib.compress(bytes((48 * 3 + 1) * 40)))
NOT_AN_IMAGE = "unreadable: not an image, or truncated in its header"
CUT = "truncated file: it ends before its pixels do"
WEB_PAGE = "is a web page, not what its name says; download it again"
NEITHER = {"text": WEB_PAGE, "zeros": NOT_AN_IMAGE}
BROKEN = {
    **damaged(".png", encoded("PNG"), 60, {**NEITHER, "header": CUT, "pixels": CUT}),
    **damaged(".tif", encoded("TIFF"), 7, {**NEITHER, "pixels": CUT}),
    **damaged(
        ".jpg",
        encoded("JPEG"),
        600,
        {**NEITHER, "first": NOT_AN_IMAGE, "header": "unreadable: Truncated File Read", "pixels": "image file is truncated"},
    ),
    **damaged(".gif", encoded("GIF"), 780, {**NEITHER, "header": NOT_AN_IMAGE}),
    **damaged(
        ".bmp",
        encoded("BMP"),
        54,
        {**NEITHER, "first": NOT_AN_IMAGE, "header": "unreadable: Truncated File Read", "pixels": "image file is truncated"},
    ),
    "of wrong checksum.png": (
        of(flipped(encoded("PNG"), 2000)),
        "unreadable: its pixels are not what their checksum says; save it anew",
    ),
    "of fewer pixels.png": (
        of(png(chunk(b"IDAT", zlib.compress(bytes(100))))),
        "unreadable: image file is truncated (0 bytes not processed)",
    ),
    "of no width.png": (of(png(IDAT, width=0)), "unreadable: not an image, or truncated in its header"),
    "of a colour that is none.png": (of(png(IDAT, colour=5)), "unreadable: not an image, or truncated in its header"),
    "of three bits.png": (of(png(IDAT, bits=3)), "unreadable: not an image, or truncated in its header"),
    "interlaced and deep.png": (
        of(png(IDAT, bits=16, interlaced=1)),
        "is an interlaced PNG of 16 bits a channel; save it without interlacing",
    ),
    "larger than memory.png": (
        of(png(IDAT, width=1000000, height=1000000)),
        "claims 1000000×1000000 pixels",
    ),
    "of a palette.png": (
        of(encoded("PNG", Image.fromarray(PIXELS).convert("P"))),
        "holds colours of a palette, not intensities; save it as grey or RGB",
    ),
    "animated.png": (
        of(encoded("PNG", Image.fromarray(PIXELS), save_all=True, append_images=[Image.fromarray(PIXELS[::-1])])),
        "holds 2 frames; save each as a file of its own",
    ),
    "of cyan and black.jpg": (
        of(encoded("JPEG", Image.fromarray(PIXELS).convert("CMYK"))),
        "holds inks (CMYK), not intensities; save it as grey or RGB",
    ),
    "of a palette.gif": (of(encoded("GIF")), "holds colours of a palette, not intensities; save it as grey or RGB"),
    "animated.gif": (
        of(encoded("GIF", Image.fromarray(PIXELS), save_all=True, append_images=[Image.fromarray(PIXELS[::-1])])),
        "holds 2 frames; save each as a file of its own",
    ),
    "of a palette.bmp": (
        of(encoded("BMP", Image.fromarray(PIXELS).convert("P"))),
        "holds colours of a palette, not intensities; save it as grey or RGB",
    ),
    "of two sizes.tif": (
        of(stacked((40, 48), (30, 20))),
        "holds images of 40×48 pixels with 3 channels and 30×20 pixels with 3 channels; save each as a file of its own",
    ),
    "of complex numbers.tif": (
        tiff(bytes(48 * 40 * 8), bits=64, t339=6),
        "holds values of type complex64; save it as whole numbers or floats",
    ),
    "of a compression that is none.tif": (
        tiff(t259=60000),
        "cannot be decoded (60000 is not a known COMPRESSION); save it anew as grey or RGB with Deflate or LZW",
    ),
    "with its pixels beyond its end.tif": (tiff(t273=10**6), "truncated file: it ends before its pixels do"),
    "larger than memory.tif": (
        tiff(t256=10**6, t257=10**6, t278=10**6, t279=1),
        "claims 1000000×1000000 pixels",
    ),
    "of a palette.tif": (
        of(encoded("TIFF", Image.fromarray(PIXELS).convert("P"))),
        "holds colours of a palette, not intensities; save it as grey or RGB",
    ),
    "of nan.tif": (of(encoded("TIFF", with_nan((40, 48)))), "holds NaN or infinite values"),
    "infinite.tif": (of(encoded("TIFF", with_nan((40, 48), np.inf))), "holds NaN or infinite values"),
    "a CMYK.tif": (
        of(encoded("TIFF", Image.fromarray(PIXELS).convert("CMYK"))),
        "holds inks (CMYK), not intensities; save it as grey or RGB",
    ),
    "of colours of paper.tif": (
        of(encoded("TIFF", Image.fromarray(PIXELS).convert("LAB"))),
        "holds colours as CIELab, not intensities; save it as grey or RGB",
    ),
}
