"""Names of files: images and results, order, hidden folders and links."""

from pathlib import Path

import pytest

from custom.files import files_below, in_numeric_order, is_picture, is_result


def touch(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def names_below(folder):
    return sorted(str(path.relative_to(folder)) for path in files_below(folder))


def test_hidden_files_and_folders_are_passed_by(tmp_path):
    touch(tmp_path, "a.png", "b/c.txt", ".git/d.png", "__MACOSX/e.png", "b/._f.png")
    assert names_below(tmp_path) == ["a.png", "b/c.txt"]


def test_links_are_followed_once_and_never_in_a_circle(tmp_path):
    touch(tmp_path, "store/a.png", "set/b.png")
    (tmp_path / "set/linked").symlink_to(tmp_path / "store")
    (tmp_path / "set/round").symlink_to(tmp_path / "set")
    (tmp_path / "store/back").symlink_to(tmp_path / "set")
    assert names_below(tmp_path / "set") == ["b.png", "linked/a.png"]


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("a.png", False),
        ("a_mask.png", True),
        ("a_masks.tif", True),
        ("a_cp_masks.png", True),
        ("a_flows.tif", True),
        ("a_cp_output.png", True),
        ("a_outlines.png", True),
        ("a_dP.tif", True),
        ("a_instances.nii.gz", True),
        ("a_overlay.png", True),
        ("a_probability.tif", True),
        ("masked.png", False),
        ("a_mask.txt", True),
    ],
)
def test_results_of_this_bundle_and_of_cellpose_are_told_by_their_names(name, result):
    assert is_result(Path(name)) == (result and is_picture(Path(name)))


def test_numbers_in_names_count_as_numbers():
    names = [Path("p10/a_1.png"), Path("p2/a_10.png"), Path("p2/a_9.png"), Path("p2/a.png"), Path("q/1"), Path("q/x")]
    assert sorted(names, key=in_numeric_order) == [names[3], names[2], names[1], names[0], names[4], names[5]]
