"""Small files that stand in the place of large ones until these are fetched."""

from pathlib import Path

# How they begin, and the command that fetches what they stand for.
POINTERS = {b"version https://git-lfs": "git lfs pull", b"/annex/objects/": "git annex get"}
LARGEST_POINTER = 1024


def pointer(path: Path) -> str:
    """That a file only says where its content lies, and how to fetch that; empty of another."""
    if not path.is_file() or path.stat().st_size > LARGEST_POINTER:
        return ""
    with path.open("rb") as file:
        start = file.read(LARGEST_POINTER)
    command = next((command for begin, command in POINTERS.items() if start.startswith(begin)), "")
    return command and f"is a pointer to a file that is not here; fetch it, as with `{command}`"
