"""JSON objects in files."""

from pathlib import Path

import pytest

from custom.storage.json_object import as_stored, read_json_object, write_json_object


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: No such file"),
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[1]", "holds no JSON object"),
    ],
)
def test_what_is_no_object_is_one_line_that_names_the_file_and_the_mend(tmp_path, content, words):
    path = tmp_path / "it.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValueError, match=words) as caught:
        read_json_object(path, "plan", "remove it")
    said = str(caught.value)
    assert said.startswith(f"plan: {path} ") and said.endswith("; remove it") and "\n" not in said


def test_an_object_is_given_as_it_is(tmp_path):
    (tmp_path / "it.json").write_text('{"epochs": 3}')
    assert read_json_object(tmp_path / "it.json", "plan", "remove it") == {"epochs": 3}


def test_content_is_what_a_file_would_give_back():
    assert as_stored({"a": (1, 2), 3: Path("b")}, default=str) == {"a": [1, 2], "3": "b"}


def test_an_object_is_written_as_people_read_it_and_replaces_another_as_a_whole(tmp_path):
    path = tmp_path / "it.json"
    path.write_text("much more than is written next" * 99)
    write_json_object(path, {"epochs": 3, "name": "ü"})
    assert path.read_text() == '{\n  "epochs": 3,\n  "name": "\\u00fc"\n}\n'
    with pytest.raises(TypeError):
        write_json_object(path, {"epochs": {3}})
    assert read_json_object(path, "plan", "remove it") == {"epochs": 3, "name": "ü"}
    assert [file.name for file in tmp_path.iterdir()] == ["it.json"]
