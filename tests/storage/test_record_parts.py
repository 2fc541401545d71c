"""Records of a prediction, in the files of its processes."""

import pytest

from custom.storage.record_parts import lines_of, part_of, results_in, write_as_one


@pytest.mark.parametrize("broken", ['{"name": "b", "di', "[1]", "[" * 100_000, "\x00\x00"])
def test_what_is_left_of_a_line_is_an_empty_one(tmp_path, broken):
    path = tmp_path / "predictions.jsonl"
    path.write_text(f'{{"name": "a"}}\n{broken}\n')
    assert lines_of(path) == [{"name": "a"}, {}]


def test_results_are_the_last_whole_line_of_each_image():
    first, last = ({"name": "a", "inputs": inputs, "files": {"a_mask.png": 1}} for inputs in ("1", "2"))
    odd = [
        {"weights": "9f"},
        {},
        {"name": "b", "inputs": "1", "files": ["b_mask.png"]},
        {**first, "name": 3},
        {**last, "files": {}},
    ]
    assert results_in([first, last, *odd]) == {"a": last}


def test_the_parts_of_all_processes_become_one_file(tmp_path):
    path = tmp_path / "predictions.jsonl"
    for rank, name in enumerate("abc"):
        part_of(path, rank).write_text(f'{{"name": "{name}"}}\n')
    lines = lines_of(path)
    assert [line["name"] for line in lines] == ["a", "b", "c"]
    write_as_one(path, lines)
    assert lines_of(path) == lines
    assert [file.name for file in tmp_path.iterdir()] == ["predictions.jsonl"]
