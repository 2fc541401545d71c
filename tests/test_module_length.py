"""A module holds one idea, so it is short."""

from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "custom"
MOST_LINES = 150
ONE_TABLE = "settings/table.py"  # a row a setting: parts of it would be harder to read


def test_a_module_has_at_most_150_lines():
    lines = {path.relative_to(PACKAGE).as_posix(): len(path.read_text().splitlines()) for path in PACKAGE.rglob("*.py")}
    assert {name: number for name, number in lines.items() if number > MOST_LINES and name != ONE_TABLE} == {}
