"""The tables of a run folder, and files that are whole or not there."""

import math
import re

import pytest

from custom.storage.atomic import atomic_path
from custom.storage.tables import mean_and_median, read_rows, read_scores, write_rows


def test_rows_come_back_as_text_with_blanks(tmp_path):
    write_rows(tmp_path / "t.csv", [{"a": 1, "b": 0.12345678}, {"a": 2, "c": "x,y", "b": math.nan}])
    assert (tmp_path / "t.csv").read_text() == 'a,b,c\n1,0.123457,\n2,,"x,y"\n'
    assert read_rows(tmp_path / "t.csv") == [{"a": "1", "b": "0.123457", "c": ""}, {"a": "2", "b": "", "c": "x,y"}]


def test_a_table_that_windows_saved_again_is_read_as_before(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"\xef\xbb\xbfpatient_id,dice\r\nA,0.5\r\n")
    assert read_rows(tmp_path / "t.csv", ["dice"]) == [{"patient_id": "A", "dice": "0.5"}]


def test_a_missing_file_has_no_rows(tmp_path):
    assert read_rows(tmp_path / "t.csv") == []


def test_mean_and_median_of_each_column():
    rows = [{"who": "x", "n": 1}, {"who": "y", "n": 2}, {"who": "z", "n": 6}]
    assert mean_and_median(rows, "who") == [{"who": "mean", "n": 3.0}, {"who": "median", "n": 2.0}]


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("old")
    with pytest.raises(KeyError), atomic_path(path) as temporary:
        temporary.write_text("half")
        raise KeyError
    assert path.read_text() == "old"
    with atomic_path(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "it is empty"),
        ("\0\0\0", "it is empty"),
        ("patient_id,di", "its last line is cut off"),
        ("patient_id,dice\nA,0.51\nB,0.4", "its last line is cut off"),
        ("patient_id,dice\nA\n", "row 1 has no dice"),
        ("patient_id,dice,iou\nA,0.5\n", "row 1 has no iou"),
        ("patient_id\nA\n", "row 1 has no dice"),
        ("patient_id;dice\nA;0.5\n", "row 1 has no patient_id"),
        ("patient_id,dice\n,0.5\n", "row 1 has no patient_id"),
        ("patient_id,dice\nA,0.5,7\n", "row 1 has more cells than the first line"),
        ("patient_id,dice\nA,high\n", "could not convert string to float: 'high'"),
    ],
)
def test_a_table_that_was_cut_or_changed_is_refused_by_name(tmp_path, content, told):
    (tmp_path / "t.csv").write_text(content)
    with pytest.raises(ValueError, match=re.escape(f"{tmp_path}/t.csv is broken ({told}); take it from the run again")):
        read_rows(tmp_path / "t.csv", ["dice"], ["patient_id"])


def test_scores_without_a_value_stay_blank(tmp_path):
    write_rows(tmp_path / "scores.csv", [{"metric": "a", "value": math.nan}, {"metric": "b", "value": 2}])
    assert read_scores(tmp_path) == {"a": "", "b": "2"}
