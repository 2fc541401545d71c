"""The index of benchmarks lists each script once, beside a page or script that names it."""

import re
from collections import Counter
from pathlib import Path

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
ROW = re.compile(r"^\| \[(\w+\.py)\]\(\1\) \| [^|]+ \| \[[\w.]+\]\(([\w./]+)\) \|$", re.MULTILINE)
ROWS: list[tuple[str, str]] = ROW.findall((BENCHMARKS / "README.md").read_text())


def test_each_script_is_listed_once() -> None:
    assert Counter(name for name, _ in ROWS) == Counter(path.name for path in BENCHMARKS.glob("*.py"))


def test_the_page_or_script_beside_a_benchmark_names_it() -> None:
    shown = {name: (BENCHMARKS / place).read_text() for name, place in ROWS}
    assert [name for name, text in shown.items() if not re.search(rf"\b{Path(name).stem}\b", text)] == []
