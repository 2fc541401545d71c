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


DATA = {"train": SLICES, "val": VAL}


@pytest.mark.parametrize(
    ("split", "settings", "words"),
    [
        ({"train": SLICES[:3], "val": VAL}, {}, ": the data no longer hold p01"),
        ({"train": [*SLICES, {"patient_id": "p09"}], "val": VAL}, {}, ": the data now hold, too, p09"),
        ({"train": SLICES, "val": VAL * 3}, {}, ": of the patients in 'val' it knows 1 images, the data hold 3"),
        (DATA, {"seed": 4, "fold": 1}, r": made with other settings \(fold, seed\)"),
        ({"train": VAL, "val": SLICES}, {}, ": patients are on other sides"),
    ],
)
def test_what_changed_since_a_split_was_written_is_named(tmp_path, split, settings, words):
    path = tmp_path / "split.json"
    write_split(DATA, path, **{"dataset_dir": "here", "seed": 3, "fold": None})
    with pytest.raises(ValueError, match=rf"split\.json: holds another split{words}; go on with the data"):
        write_split(split, path, **{"dataset_dir": "here", "seed": 3, "fold": None, **settings})


def test_data_that_were_moved_keep_their_split(tmp_path):
    path = tmp_path / "split.json"
    write_split(DATA, path, dataset_dir=str(tmp_path), seed=3)
    with pytest.raises(ValueError, match=r"made with other settings \(dataset_dir\)"):
        write_split(DATA, path, dataset_dir="there", seed=3)
    path.unlink()
    write_split(DATA, path, dataset_dir=str(tmp_path / "gone"), seed=3)
    write_split(DATA, path, dataset_dir="there", seed=3)
    assert read_split(tmp_path, "run").settings["dataset_dir"] == "there"
