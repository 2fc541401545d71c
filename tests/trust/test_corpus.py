"""Each bad input of the tables ends in one line, with an exit code that is not 0, and leaves no result behind."""

import re
from pathlib import Path

import pytest
from trust.cases import Case, tried
from trust.tables import commands, dicom, files, folders, resumed, settings, weights

TABLES = {
    "commands": commands, "dicom": dicom, "files": files, "folders": folders, "resumed": resumed, "settings": settings,
    "weights": weights,
}  # fmt: skip
PAGE = Path(__file__).parents[2] / "bundle" / "docs" / "reliability.md"
CASES = [(f"{name}: {case.name}", case) for name, table in TABLES.items() for case in table.CASES]


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[name for name, _ in CASES])
@pytest.mark.filterwarnings("default")
def test_a_bad_input_is_told_in_one_line(case: Case, tmp_path):
    assert tried(case, tmp_path) == []


def test_there_are_four_hundred_cases_with_a_line_and_a_name_of_their_own():
    assert len({name for name, _ in CASES}) == len(CASES) >= 400
    assert all(len(case.says) > 5 for _, case in CASES)


def test_the_page_counts_the_rows_of_each_table():
    kinds = PAGE.read_text().split("| kind of input | rows |")[1].split("All ")
    counts = sorted(int(count) for count in re.findall(r"\| (\d+) \|", kinds[0]))
    assert counts == sorted(len(table.CASES) for table in TABLES.values())
    assert kinds[1].startswith(f"{len(CASES)} ") and f"| bad inputs | {len(CASES)} |" in PAGE.read_text()
