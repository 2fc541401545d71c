"""Where made data sets lie."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """The bundle's folder in the user's cache: below `XDG_CACHE_HOME`, else `~/.cache`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "unet-bundle"
