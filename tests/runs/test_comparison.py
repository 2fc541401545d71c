"""Two runs compared by patient."""

import numpy as np
import pytest
from run_folders import write_scores
from scipy.stats import wilcoxon

from custom.__main__ import main
from custom.runs.comparison import compare, trained_on
from custom.runs.state import read_run
from custom.storage.tables import read_rows, write_rows

NAMES = [f"p{n}" for n in range(12)]


def rows(dices):
    return {name: {"patient_id": name, "dice": "" if np.isnan(dice) else str(dice)} for name, dice in dices.items()}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda a, b: write_scores(b, {"a": 0.9, "c": 0.5}), "scored on 2, {b} on 2, and not on the same: only one has b"),
        (lambda a, b: (b / "patients.csv").unlink(), "{b} has no scores yet"),
        (
            lambda a, b: ((b / "evaluation").mkdir(), write_scores(b / "evaluation", {"a": 0.9})),
            "{a} was not evaluated, {b} was",
        ),
        (
            lambda a, b: write_rows(b / "patients.csv", [{**row, "truth_pixels": 41} for row in read_rows(b / "patients.csv")]),
            "a has 40 true pixels in {a}, but 41 in {b}; evaluate both on the same",
        ),
    ],
)
def test_runs_that_were_scored_on_something_else_are_refused_in_one_line(change, message, make_run, capsys):
    a, b = make_run("one", [0.7], {"a": 0.9, "b": 0.5}), make_run("other", [0.7], {"a": 0.9, "b": 0.5})
    change(a, b)
    assert main(["compare", str(a), str(b)]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1
    assert message.format(a=a, b=b) in captured.err


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--score", "dise"], "score: 'dise' is not in both tables; they have dice, iou"),
        (["--seed", "-1"], "seed must be at least 0, got -1"),
    ],
)
def test_a_wrong_argument_is_one_line(more, message, make_run, capsys):
    a, b = make_run("one", [0.7], {"a": 0.9}), make_run("other", [0.7], {"a": 0.9})
    assert main(["compare", str(a), str(b), *more]) == 2
    assert capsys.readouterr().err == f"python -m custom compare: {message}\n"


def test_a_run_is_not_compared_with_itself(make_run, capsys):
    folder = make_run("one", [0.7], {"a": 0.9})
    assert main(["compare", str(folder), f"{folder}/"]) == 2
    assert f"run: {folder} was named twice" in capsys.readouterr().err


def test_differences_are_of_the_same_patient_whatever_the_order():
    result = compare(rows({"a": 0.25, "b": 0.5, "c": float("nan")}), rows({"c": 0.1, "b": 0.75, "a": 0.25}))
    assert (result.means, result.difference.value, result.better, result.worse, result.cases) == ((0.375, 0.5), 0.125, 1, 0, 2)


def test_equal_runs_differ_by_nothing_with_p_1():
    result = compare(rows({"a": 0.5, "b": 0.25}), rows({"a": 0.5, "b": 0.25}))
    assert (result.difference, result.p_value) == ((0.0, 0.0, 0.0), 1.0)


def test_the_test_and_the_interval_are_those_of_the_paired_differences():
    rng = np.random.default_rng(0)
    first = rng.uniform(0.3, 0.6, 12)
    second = first + rng.uniform(-0.02, 0.2, 12)
    result = compare(rows(dict(zip(NAMES, first, strict=True))), rows(dict(zip(NAMES, second, strict=True))))
    assert result.p_value == wilcoxon(first, second).pvalue
    resampled = (second - first)[np.random.default_rng(5).integers(0, 12, (20_000, 12))].mean(axis=1)
    assert result.difference[1:] == pytest.approx(np.quantile(resampled, [0.025, 0.975]), abs=0.003)
    assert result.difference.value == pytest.approx((second - first).mean())


def test_a_clear_difference_is_told_with_the_settings_that_differ_and_what_was_trained_on(make_run, capsys):
    first = make_run("first", [0.5], {name: 0.5 + n / 100 for n, name in enumerate(NAMES)}, lr=0.1)
    second = make_run("second", [0.6], {name: 0.6 + n / 90 for n, name in enumerate(NAMES)}, lr=0.2)
    for folder in (first, second):
        (folder / "split.json").write_text((folder / "split.json").read_text().replace('"t0"', '"p3"'))
    assert main(["compare", str(first), str(second)]) == 0
    out = capsys.readouterr().out
    assert "mean Dice of 12 images" in out and f"{first}    0.5550" in out
    assert "images: higher in 12, lower in 0, equal in 0; Wilcoxon p = 4.9e-04" in out
    assert "Dice is higher in the second run: interval and test agree" in out
    assert f"{first}: --lr 0.1\n{second}: --lr 0.2\n" in out
    assert f"{second} was trained on 1 of these images, such as p3: its scores there are too high" in out


def test_an_ensemble_was_trained_on_what_any_member_was(make_run):
    members = [make_run(name) for name in ("first", "second")]
    text = (members[1] / "split.json").read_text()
    (members[1] / "split.json").write_text(text.replace('"t0"', '"p3"'))
    folder = make_run("scored", part="all", checkpoint=[str(member / "model.pt") for member in members])
    assert trained_on(read_run(folder), ["p3", "t0", "p4"]) == ["p3", "t0"]


def test_evaluations_are_compared_rather_than_validations(make_run, capsys):
    folders = make_run("one", [0.7], {"a": 0.9}), make_run("other", [0.7], {"a": 0.9})
    for folder, dice in zip(folders, (0.25, 0.5), strict=True):
        write_scores(folder / "evaluation", {"x": dice})
    assert main(["compare", *map(str, folders)]) == 0
    out = capsys.readouterr().out
    assert f"{folders[1]}/evaluation   0.5000" in out and "+0.2500" in out
    assert "1 image cannot tell the runs apart: evaluate on at least 6" in out
