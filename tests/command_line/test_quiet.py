"""What MONAI says of configs in general is not shown."""

import logging

from custom.command_line.quiet import LOGGERS, without_notes


def test_a_level_that_monai_sets_later_shows_no_notes_and_errors_still_come() -> None:
    without_notes()
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.INFO)  # as MONAI does when a module that logs is imported
        shown = [
            level
            for level in (logging.INFO, logging.WARNING, logging.ERROR)
            if logger.filter(logging.LogRecord(name, level, "", 0, "", None, None))
        ]
        assert shown == [logging.ERROR]
