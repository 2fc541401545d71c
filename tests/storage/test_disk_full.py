"""A full disk is told by the main thread alone."""

import errno
import threading

import pytest

from custom.storage import disk_full


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), False),
        (disk_full.DiskFullError("full"), False),
        (OSError(5, "broken"), True),
    ],
)
def test_a_thread_that_a_full_disk_ends_shows_no_traceback(monkeypatch, capsys, error, shown):
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    disk_full.leave_full_disks_to_the_main_thread()
    threading.excepthook(threading.ExceptHookArgs((type(error), error, None, None)))
    assert bool(capsys.readouterr().err) == shown


def test_a_file_that_is_too_large_for_the_disk_is_one_line(tmp_path):
    with pytest.raises(
        disk_full.DiskFullError, match="a file is larger than the disk of .* or `ulimit -f` allows; take another disk"
    ):
        with disk_full.disk_full_in_one_line(tmp_path):
            raise OSError(errno.EFBIG, "File too large")
