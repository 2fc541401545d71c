"""Another process that tries to hold a folder."""

import os
from pathlib import Path

from custom.system.folder_lock import hold_folder


def another_may_hold(folder: Path) -> bool:
    child = os.fork()
    if child == 0:
        try:
            hold_folder(folder, "resume")
        except ValueError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0
