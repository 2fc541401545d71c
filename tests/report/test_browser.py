"""A report in a real browser."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from report_pages import page

from custom.report import write_report

OPACITY = "['truth', 'pred'].map(name => Number(getComputedStyle(document.querySelector('img.' + name)).opacity))"
NAMES = "[...document.querySelectorAll('#cases tbody tr')].map(row => row.cells[0].textContent)"
SLIDE = "slider = document.querySelector('figure input'); slider.value = 1; slider.dispatchEvent(new Event('input'))"
SORT = "[...document.querySelectorAll('#cases button')].find(button => button.textContent.includes('dice')).click()"
HOVER = "document.querySelector('.chart svg').dispatchEvent(new MouseEvent('mousemove', {clientX: 300, clientY: 300}))"


def browse(report: Path, *scripts: str) -> list[Any]:
    """What scripts give in the page, which must show no error and ask nobody else for anything."""
    if find_spec("PyQt6") is None or find_spec("PyQt6.QtWebEngineCore") is None:
        pytest.skip("Qt WebEngine is not installed")
    program = [sys.executable, str(Path(__file__).with_name("browser.py")), str(report), *scripts]
    done = subprocess.run(program, capture_output=True, text=True, timeout=120)
    if done.returncode:
        pytest.skip(f"Qt WebEngine does not start here: {done.stderr.strip().splitlines()[-1:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["loaded"] and found["problems"] == []
    values: list[Any] = found["values"]
    return values


@pytest.mark.slow
def test_a_report_has_no_error_its_slider_moves_and_its_table_sorts(tmp_path):
    write_report(tmp_path / "report.html", page(40, size_px=32))
    titles = "[...document.querySelectorAll('.chart h3')].map(title => title.textContent)"
    dots, tip = "document.querySelectorAll('.chart circle').length", "document.querySelector('.tip').textContent"
    scripts = (OPACITY, SLIDE, OPACITY, NAMES, SORT, SORT, NAMES, titles, dots, HOVER, tip)
    opacity, _, moved, before, _, _, turned, charts, number, _, told = browse(tmp_path / "report.html", *scripts)
    assert opacity == [0, 1] and moved == [1, 0]
    assert turned == before[::-1] and before[0] == "c0"
    assert charts == ["Loss", "Scores", "Size against Dice", "Calibration"] and number > 40
    assert "epoch" in told and "loss" in told


@pytest.mark.slow
def test_a_page_that_fails_is_noticed(tmp_path):
    """Else the test above could not fail."""
    (tmp_path / "page.html").write_text("<script>nothing.at.all</script><img src='http://127.0.0.1:9/x.png'>")
    with pytest.raises(AssertionError, match="nothing is not defined"):
        browse(tmp_path / "page.html", "1")
