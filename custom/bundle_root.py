"""Where the bundle lies whose configs a verb uses, and its version."""

from collections.abc import Sequence
from pathlib import Path

from custom.storage.json_object import read_json_object

PACKAGE = Path(__file__).parent
AGAIN = "take it from the bundle again"  # a file of it that is broken


def bundle_root(
    bundle: str | Path | None = None,
    needed: Sequence[str] = ("train.json", "inference.json", "metadata.json"),
    setting: str = "bundle",
) -> Path:
    """The given folder of a bundle; else the bundle beside this package, the folder the package lies in, or the current folder.

    Args:
        bundle: the folder; none to look for it.
        needed: configs that it must hold.
        setting: what names the folder, for errors.

    Raises:
        ValueError: if no such folder holds the configs.
    """
    beside = PACKAGE.parent
    places = [Path(bundle)] if bundle else [beside / "bundle", beside, Path.cwd(), Path.cwd() / "bundle"]
    for place in places:
        if all((place / "configs" / name).is_file() for name in needed):
            return place
    listed = f"{', '.join(needed[:-1])} and {needed[-1]}"
    raise ValueError(f"{setting}: no configs/{listed} below {str(places[0])!r}; name a bundle")


def bundle_version() -> str:
    """The version in the metadata of that bundle; empty where there is none."""
    try:
        return str(read_json_object(bundle_root() / "configs" / "metadata.json", "bundle_root", AGAIN).get("version", ""))
    except ValueError:
        return ""
