"""Files that take their names together, or none of them."""

import os

import pytest

from custom.storage.moved_together import move_together

NAMES = ("a.bin", "a.json", "a.xml")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "new").mkdir()
    for name in NAMES:
        (tmp_path / "new" / name).write_text(name)
    return tmp_path / "new"


def test_files_take_their_names(folder, tmp_path):
    move_together(folder, [tmp_path / name for name in NAMES])
    assert {path.name: path.read_text() for path in tmp_path.glob("a.*")} == {name: name for name in NAMES}
    assert not list(folder.iterdir())


@pytest.mark.parametrize("interrupted", range(len(NAMES)))
def test_an_interrupt_leaves_none(folder, tmp_path, monkeypatch, interrupted):
    replace = os.replace

    def struck(source, target):
        """Ctrl-C comes when a file has its name."""
        replace(source, target)
        if target.name == NAMES[interrupted]:
            raise KeyboardInterrupt

    monkeypatch.setattr("custom.storage.moved_together.os.replace", struck)
    with pytest.raises(KeyboardInterrupt):
        move_together(folder, [tmp_path / name for name in NAMES])
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
