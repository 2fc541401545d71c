"""What tifffile only logs of a broken file, and so reads in part."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def complaints() -> Iterator[list[str]]:
    """Errors that tifffile logs in this thread while the block runs; nothing that it logs is shown."""
    logger, log = logging.getLogger("tifffile"), _Complaints()
    logger.addFilter(log.keep)
    try:
        yield log.found
    finally:
        logger.removeFilter(log.keep)


class _Complaints:
    """Errors that are logged by the thread that reads a file, in place of being shown."""

    def __init__(self) -> None:
        self.thread = threading.get_ident()
        self.found: list[str] = []

    def keep(self, record: logging.LogRecord) -> bool:
        """Takes a message; whether it is one of another thread, so that it goes on."""
        if record.thread != self.thread:
            return True
        if record.levelno >= logging.ERROR:
            self.found.append(record.getMessage())
        return False
