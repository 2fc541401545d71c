"""What the scored units are called."""

from custom.runs.nouns import counted


def test_one_is_told_in_the_singular():
    assert [counted(number, "images") for number in (0, 1, 12)] == ["0 images", "1 image", "12 images"]
