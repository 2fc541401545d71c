"""What kind of a JPEG a file is, which Pillow does not tell of those that it refuses."""

FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC} | {0xF7}  # markers that begin a frame; 0xF7 is that of JPEG-LS
USUAL = (0xC0, 0xC1, 0xC2)  # baseline, extended, progressive
BITS = 8


def is_rare_jpeg(content: bytes) -> bool:
    """Whether a JPEG has other than 8 bits a channel, or is of a rare kind, such as JPEG-LS; False of a broken one.

    Args:
        content: the first bytes of a file, at least up to the frame.
    """
    place = 2 if content.startswith(b"\xff\xd8\xff") else len(content)
    while place + 4 < len(content) and content[place] == 0xFF:
        kind, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4])
        if kind in FRAMES:
            return kind not in USUAL or content[place + 4] != BITS
        place += 2 + length
    return False
