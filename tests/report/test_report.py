import numpy as np
import pytest
from report_pages import case, page

from custom.report import chosen, decoded, encoded, only_warned, settings_in_words, thinned, weights_in_words, write_report
from custom.report.page import size_against_dice


def test_a_third_each_is_worst_median_and_best():
    words = [(word, one.name) for word, one in chosen([case(number) for number in (5, 3, 0, 1, 4, 6, 2)], "dice", 3)]

    assert words == [("worst", "c0"), ("median", "c3"), ("best", "c6")]


def test_few_cases_are_all_shown_and_one_without_score_is_worst():
    found = chosen([case(1), case(2, float("nan")), case(3)], "dice", 12)

    assert [(word, one.name) for word, one in found] == [("worst", "c2"), ("median", "c1"), ("best", "c3")]
    assert chosen([], "dice", 3) == []


@pytest.mark.parametrize("number", [3, 4, 5, 8, 12])
@pytest.mark.parametrize("count", [13, 14, 20])
def test_no_case_is_shown_twice(number, count):
    names = [one.name for _, one in chosen([case(index) for index in range(count)], "dice", number)]

    assert len(names) == len(set(names)) == number and names[0] == "c0" and names[-1] == f"c{count - 1}"


def test_pictures_come_back_as_they_were():
    labels = np.arange(12).reshape(3, 4)

    assert decoded(encoded(labels)).tolist() == labels.tolist()


def test_a_report_of_500_cases_is_one_file_of_less_than_20_mb_that_loads_nothing(tmp_path):
    write_report(tmp_path / "report.html", page(500, size_px=256))
    text = (tmp_path / "report.html").read_text()

    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert len(text) < 20e6 and text.count("<tr") > 500
    text = text.replace("http://www.w3.org/2000/svg", "")  # the name of SVG, which nothing is fetched from
    assert not any(word in text for word in ("http://", "https:", "<script src", "@import", "url("))


def test_names_are_text_and_never_markup(tmp_path):
    name = "</script><script>alert(1)</script>"
    odd = page(2)._replace(title=name, rows=[{"name": name, "dice": 1.0, "truth_pixels": 3.0}])
    odd = odd._replace(charts=[size_against_dice(odd.rows, "images")])
    write_report(tmp_path / "report.html", odd)

    assert "alert(1)</script>" not in (tmp_path / "report.html").read_text()


def test_settings_are_told_without_the_folders_of_the_machine(tmp_path):
    write_report(tmp_path / "report.html", page(2))
    text = (tmp_path / "report.html").read_text()

    assert "study" in text and "/home/doe" not in text
    assert ("epochs", "4", "passes over the training data") in settings_in_words({"epochs": 4, "device": "cpu"})
    assert settings_in_words({"dataset_dir": "", "padding": True, "fold": None})[:2] == [
        ("dataset_dir", "the simulated set", "the data"),
        ("padding", "yes", "`False` for the paper's valid convolutions; missing context is mirrored"),
    ]


def test_a_large_picture_is_thinned_to_512_pixels_a_side_and_a_small_one_is_not():
    large = np.arange(1025 * 3).reshape(1025, 3)
    np.testing.assert_array_equal(thinned(large), large[::3, ::3])
    assert thinned(np.zeros((512, 7, 3))).shape == (512, 7, 3)


def test_weights_are_told_with_the_folder_of_their_run_alone():
    assert weights_in_words("/home/anna/runs/mine/model.pt") == "mine/model.pt"
    assert weights_in_words("[runs/a/model.pt,runs/b/model.pt]") == "a/model.pt, b/model.pt"


def test_what_fails_in_a_report_is_one_warning_line(tmp_path, capsys):
    with only_warned(tmp_path / "report.html"):
        write_report(tmp_path / "none" / "report.html", page(1)._replace(strip=[None]))

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"warning: {tmp_path}/report.html is not written: ")
