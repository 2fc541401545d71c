"""Errors at a config's door."""

import errno

import pytest
from monai.bundle import ConfigParser

from custom.command_line.door import one_line_errors, text_of


@one_line_errors
def half(number: int) -> int:
    """Half of an even number."""
    if number % 2:
        raise ValueError(f"number must be even, got {number}")
    return number // 2


@one_line_errors
def size(path: str) -> int:
    """Characters in a file."""
    with open(path) as file:
        return len(file.read())


def test_a_wrong_value_ends_the_program_with_its_message_and_no_chain_of_errors():
    with pytest.raises(SystemExit, match=r"^number must be even, got 3$") as exit_:
        half(3)
    assert exit_.value.__suppress_context__


def test_the_traceback_is_shown_to_who_asks_for_it(monkeypatch, capsys):
    monkeypatch.setenv("UNET_BUNDLE_DEBUG", "1")
    with pytest.raises(SystemExit, match=r"^number must be even, got 3$"):
        half(3)
    assert "in half" in capsys.readouterr().err


def test_a_name_of_a_file_does_not_move_the_cursor():
    with pytest.raises(SystemExit, match=r"a\\x1b\[2J"):
        size("a\x1b[2J")


def test_a_file_that_cannot_be_opened_ends_the_program(tmp_path):
    with pytest.raises(SystemExit, match="No such file"):
        size(str(tmp_path / "missing"))


def test_what_is_right_passes_through():
    assert half(4) == 2
    assert half.__name__ == "half"


def test_monai_adds_no_traceback_of_its_own():
    parser = ConfigParser({"half": {"_target_": half, "number": 3}, "whole": {"inner": "@half"}})
    with pytest.raises(SystemExit, match="must be even"):
        parser.get_parsed_content("whole")


def test_what_the_system_says_of_a_place_is_told_with_its_mend(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "a").touch()
    long = tmp_path / ("n" * 300)
    for act, place, mend in (
        (lambda: (tmp_path / "a").rename(long), long, "the name is too long; choose a shorter one"),
        (tmp_path.read_bytes, tmp_path, "is a folder where a file is needed; remove it, or name another"),
        ((tmp_path / "loop").read_bytes, tmp_path / "loop", "is a link that leads to itself; remove it, or name another"),
    ):
        with pytest.raises(OSError) as raised:
            act()
        assert text_of(raised.value) == f"{place}: {mend}"


def test_a_full_disk_is_named_as_such():
    assert (
        text_of(OSError(errno.ENOSPC, "No space left on device", "runs/a")) == "no space left on the disk of runs/a; free some"
    )
    assert text_of(OSError(errno.ENOSPC, "No space left on device")) == "no space left on the disk; free some"
    line = "a file is larger than the disk of runs/a or `ulimit -f` allows; take another disk, or raise the limit"
    assert text_of(OSError(errno.EFBIG, "File too large", "runs/a")) == line


@pytest.mark.parametrize(
    "text",
    [
        "unable to allocate shared memory(shm) for file </torch_1_2_0>: No space left on device (28)",
        "unable to write to file </torch_1_2_0>: No space left on device (28)",
        "worker (pid 7) is killed by signal: Bus error. It is possible that dataloader's workers are out of shared memory.",
    ],
)
def test_shared_memory_that_is_full_is_told_with_its_mend(text):
    told = text_of(RuntimeError(f"Caught RuntimeError in DataLoader worker process 0.\n{text}"))
    assert told == "num_workers: /dev/shm is full; give it more, as `docker run --shm-size 2g` does, or take --num_workers 0"
