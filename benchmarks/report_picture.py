"""Draws the first pictures of a report as a browser shows them, from their heading to the eighth, at three quarters.

python benchmarks/report_picture.py bundle/runs/lgg/report.html bundle/docs/figures/report.png
"""

import os
import sys
from pathlib import Path

WIDTH_PX, SCALED_PX = 1120, 840
PAINTED_MS = 15_000  # until a busy machine has decoded all images
# Where the section begins and the eighth of its pictures ends.
PLACES = """(() => {
    const figures = document.querySelectorAll('figure')
    const last = figures[Math.min(7, figures.length - 1)].getBoundingClientRect().bottom
    return [document.querySelector('h2').getBoundingClientRect().top, last].map(place => place + window.scrollY)
})()"""


def main(report: str, picture: str) -> None:
    """Needs Qt WebEngine, which the extra `dev` brings.

    Args:
        report: a `report.html`.
        picture: the PNG to write.
    """
    os.environ |= {"QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1"}
    os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = "--disable-gpu --hide-scrollbars"
    from PyQt6.QtCore import QRect, Qt, QTimer, QUrl
    from PyQt6.QtWebEngineWidgets import QWebEngineView
    from PyQt6.QtWidgets import QApplication

    app = QApplication(sys.argv[:1])
    view = QWebEngineView()
    view.resize(WIDTH_PX, 4000)  # the whole of it, so that nothing need be scrolled

    def grab(places: list[float]) -> None:
        top, bottom = map(round, places)
        shot = view.grab(QRect(0, top - 8, WIDTH_PX, bottom - top + 16))
        scaled = shot.scaledToWidth(SCALED_PX, Qt.TransformationMode.SmoothTransformation)
        app.exit(0 if scaled.save(picture) else 1)

    def loaded(done: bool) -> None:
        if not done:
            app.exit(1)
        QTimer.singleShot(PAINTED_MS, lambda: view.page().runJavaScript(PLACES, grab))

    view.loadFinished.connect(loaded)
    view.show()
    view.load(QUrl.fromLocalFile(str(Path(report).resolve())))
    if app.exec():
        sys.exit(f"{report}: no picture of it could be written to {picture}")


if __name__ == "__main__":
    main(*sys.argv[1:])
