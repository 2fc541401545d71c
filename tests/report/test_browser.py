"""A report in a real browser."""

import shutil

import numpy as np
import pytest
from report_pages import page

from custom.report import write_report

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.mark.slow
def test_a_report_has_no_error_its_slider_moves_and_its_table_sorts(tmp_path):
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_path is None:
        pytest.skip("no Chromium on this machine; apt-get install chromium")
    write_report(tmp_path / "report.html", page(40, size_px=32))
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        tab = browser.new_page()
        problems: list[str] = []
        tab.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: problems.append(str(error)))
        tab.on("request", lambda request: None if request.url.startswith(("file:", "data:")) else problems.append(request.url))
        tab.goto((tmp_path / "report.html").as_uri())

        pred, truth = tab.locator("img.pred").first, tab.locator("img.truth").first
        opacity = [float(image.evaluate("one => getComputedStyle(one).opacity")) for image in (truth, pred)]
        tab.locator("figure input").first.fill("1")
        moved = [float(image.evaluate("one => getComputedStyle(one).opacity")) for image in (truth, pred)]

        first_column = "rows => rows.map(row => row.cells[0].textContent)"
        before = tab.eval_on_selector_all("#cases tbody tr", first_column)
        tab.locator("#cases button", has_text="dice").click()
        tab.locator("#cases button", has_text="dice").click()
        turned = tab.eval_on_selector_all("#cases tbody tr", first_column)
        dots, titles = tab.locator(".chart circle").count(), tab.locator(".chart h3").all_text_contents()
        tab.locator(".chart svg").first.hover()
        tip = tab.locator(".tip").first.text_content()
        browser.close()

    assert problems == []
    assert opacity == [0, 1] and moved == [1, 0]
    assert turned == before[::-1] and before[0] == "c0"
    assert titles == ["Loss", "Scores", "Size against Dice", "Calibration"] and dots > 40
    assert "epoch" in str(tip) and np.char.count(str(tip), "loss") > 0
