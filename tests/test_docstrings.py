"""Docstrings and comments say what a thing is where it stands, so that a reader needs no second page."""

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "custom"
# A line of Args, Attributes or Raises that only sends the reader on, or begins in the middle of a thought.
RIDDLE = re.compile(r"^\s{8,}\*{0,2}\w+: (of |as for |as `|see |whose |likewise)|\bsee there\b|arguments as for ", re.MULTILINE)

# A comment behind a line of code that begins in the middle of a thought.
HALF_A_THOUGHT = re.compile(r"\S  # (of|that|whose|which|in which|as|else) ")


def riddles(text: str) -> list[str]:
    """The lines of a module whose docstring says no more than where to look, or whose comment is half a sentence."""
    return [line.strip() for line in text.splitlines() if RIDDLE.search(line) or HALF_A_THOUGHT.search(line)]


def test_a_line_that_sends_the_reader_on_is_found():
    text = '''
        keys: of the images.
        gap_px: see there.
        sigma: width of the border term in pixels, > 0.
            ValueError: as for `contingency`.
    """Writes results; arguments as for `write`."""
    PLAIN_WIDTH = 120  # of tables
    MARGIN = 96  # pixels on one side
    '''
    assert riddles(text) == [
        "keys: of the images.",
        "gap_px: see there.",
        "ValueError: as for `contingency`.",
        '"""Writes results; arguments as for `write`."""',
        "PLAIN_WIDTH = 120  # of tables",
    ]


@pytest.mark.parametrize("module", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_each_argument_is_said_where_it_stands(module):
    assert riddles(module.read_text()) == []
