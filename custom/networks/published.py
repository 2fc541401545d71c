"""Published weights and their digests: `SHA256SUMS` beside them, as `sha256sum -c` reads it."""

from pathlib import Path

from custom.networks.record_file import sha256
from custom.storage.atomic import atomic_path

SUMS = "SHA256SUMS"


def check_published(path: str | Path) -> None:
    """Makes sure that a file of weights is the one whose digest lies beside it; where none does, nothing is told.

    Raises:
        ValueError: if it is another.
    """
    path = Path(path)
    published = _digests(path.with_name(SUMS)).get(path.name)
    if published is not None and path.is_file() and sha256(path) != published:
        raise ValueError(
            f"checkpoint: {path} is not the file that was published, by {SUMS} beside it; fetch it again, or, if the weights "
            f"are yours, take the line of {path.name} out of {SUMS}"
        )


def publish_digest(path: Path) -> None:
    """Puts the digest of a file that replaces a published one in the place of the old digest; else does nothing."""
    sums = path.with_name(SUMS)
    digests = _digests(sums)
    if path.name not in digests:
        return
    digests[path.name] = sha256(path)
    with atomic_path(sums) as temporary:
        temporary.write_text("".join(f"{digest}  {name}\n" for name, digest in digests.items()))


def _digests(sums: Path) -> dict[str, str]:
    if not sums.is_file():
        return {}
    pairs = (line.split(maxsplit=1) for line in sums.read_text(errors="replace").splitlines())
    return {pair[1].lstrip("*").strip(): pair[0].lower() for pair in pairs if len(pair) == 2}
