"""The digest of a datalist: the same files, wherever they lie."""

import shutil

import pytest

from custom.data import data_digest


@pytest.fixture
def items(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    for name, size in (("a.png", 3), ("a_mask.png", 4), ("b.png", 5), ("b_mask.png", 6)):
        (folder / name).write_bytes(b"x" * size)
    return [{"image": str(folder / f"{name}.png"), "label": str(folder / f"{name}_mask.png")} for name in "ab"]


def test_the_digest_depends_neither_on_order_nor_on_place(items, tmp_path):
    shutil.copytree(tmp_path / "set", tmp_path / "elsewhere" / "deeper")
    moved = [{key: path.replace("/set/", "/elsewhere/deeper/") for key, path in item.items()} for item in items]
    assert data_digest(items) == data_digest(items[::-1]) == data_digest(moved)


def test_another_name_size_or_number_of_files_shows(items, tmp_path):
    seen = {data_digest(items), data_digest(items[:1])}
    (tmp_path / "set" / "b.png").write_bytes(b"longer")
    seen.add(data_digest(items))
    (tmp_path / "set" / "b.png").rename(tmp_path / "set" / "c.png")
    items[1]["image"] = str(tmp_path / "set" / "c.png")
    assert len(seen | {data_digest(items)}) == 4


def test_pages_of_a_stack_and_a_folder_of_masks_are_counted(tmp_path):
    (tmp_path / "stack.tif").write_bytes(b"xx")
    (tmp_path / "masks").mkdir()
    for number in range(2):
        (tmp_path / "masks" / f"{number}.png").write_bytes(b"x")
    pages = [{"image": f"{tmp_path}/stack.tif[{page}]", "label": str(tmp_path / "masks")} for page in range(2)]
    seen = {data_digest(pages), data_digest(pages[:1])}
    (tmp_path / "masks" / "1.png").unlink()
    assert len(seen | {data_digest(pages)}) == 3
