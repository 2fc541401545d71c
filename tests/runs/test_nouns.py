"""What the scored units are called, and who was on which side."""

import pytest

from custom.runs.nouns import counted, split_of


def test_one_is_told_in_the_singular():
    assert [counted(number, "images") for number in (0, 1, 12)] == ["0 images", "1 image", "12 images"]


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        "[]",
        "{}",
        '{"train": {"num_slices": 1, "patients": ["a"]}}',
        '{"train": {"num_slices": 1, "patients": 1}, "val": {"num_slices": 1, "patients": 1}}',
    ],
)
def test_what_is_no_split_is_one_line_with_the_file_and_the_mend(tmp_path, content):
    (tmp_path / "split.json").write_text(content)
    with pytest.raises(ValueError, match=r"^run: \S+split\.json holds no split; remove it, or train again$"):
        split_of(tmp_path)


def test_a_folder_without_a_split_tells_none(tmp_path):
    assert split_of(tmp_path) == {}
