"""`split.json`, as it is written and read."""

import json

import pytest

from custom.storage.split_file import Split, read_split, write_split

SLICES = [{"patient_id": name, "slice_index": index} for name in ("p00", "p01") for index in range(3)]
VAL = [{"patient_id": "p07", "slice_index": 4}]
MEND = "take it from the run again, or remove it"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is no JSON: .+"),
        ("[" * 100_000, "is no JSON: .+"),
        ("[]", "holds no JSON object"),
        ("{}", "holds no split"),
        ('{"train": {"num_slices": 1, "patients": ["a"]}}', "holds no split"),
        ('{"train": {"num_slices": 1, "patients": 1}, "val": {"num_slices": 1, "patients": 1}}', "holds no split"),
        ('{"train": {"num_slices": 1, "patients": [1]}, "val": {"num_slices": 1, "patients": [2]}}', "holds no split"),
        ('{"train": {"num_slices": "1", "patients": []}, "val": {"num_slices": 1, "patients": []}}', "holds no split"),
        (
            '{"settings": [], "train": {"num_slices": 0, "patients": []}, "val": {"num_slices": 0, "patients": []}}',
            "holds no split",
        ),
    ],
)
def test_what_is_no_split_is_one_line_with_the_file_and_the_mend(tmp_path, content, words):
    (tmp_path / "split.json").write_text(content)
    with pytest.raises(ValueError, match=rf"^run: \S+split\.json {words}; {MEND}$"):
        read_split(tmp_path, "run")


def test_a_folder_without_a_split_tells_none(tmp_path):
    assert read_split(tmp_path, "run") is None


def test_a_split_is_read_as_it_was_written(tmp_path):
    write_split({"train": SLICES, "val": VAL}, tmp_path / "split.json", seed=3)
    split = read_split(tmp_path, "run")
    assert split == Split(["p00", "p01"], ["p07"], 7, {"seed": 3}) and not split.of_single_images


def test_a_split_tells_whether_each_image_is_a_patient_of_its_own(tmp_path):
    write_split({"train": SLICES[:1], "val": VAL}, tmp_path / "split.json")
    assert read_split(tmp_path, "run").of_single_images


def test_the_split_is_written_so_that_a_result_can_be_traced(tmp_path):
    split = {"train": SLICES, "val": VAL}
    path = tmp_path / "split.json"
    write_split(split, path, seed=3, fold=None)
    assert json.loads(path.read_text()) == {
        "settings": {"seed": 3, "fold": None},
        "train": {"num_slices": 6, "patients": ["p00", "p01"]},
        "val": {"num_slices": 1, "patients": ["p07"]},
    }
    assert list(path.parent.iterdir()) == [path]


def test_a_split_that_cannot_be_written_leaves_the_old_file(tmp_path):
    path = tmp_path / "split.json"
    write_split({"train": SLICES[:3]}, path, seed=1)
    before = path.read_text()
    with pytest.raises(TypeError, match="not JSON serializable"):
        write_split({"train": SLICES}, path, seed=object())
    assert path.read_text() == before
    assert list(tmp_path.iterdir()) == [path]
