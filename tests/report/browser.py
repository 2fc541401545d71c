"""A page in Qt WebEngine, which is Chromium: runs scripts in it one after another, and prints what came of them as JSON.

python browser.py PAGE SCRIPT …    # prints {"loaded": …, "problems": [console errors and requests to elsewhere], "values": […]}
"""

import json
import os
import sys
from typing import Any

FLAGS = {
    "QT_QPA_PLATFORM": "offscreen",
    "QTWEBENGINE_DISABLE_SANDBOX": "1",  # root may not have one
    "QTWEBENGINE_CHROMIUM_FLAGS": "--disable-gpu",
}


def main(path: str, scripts: list[str]) -> None:
    os.environ.update(FLAGS)
    from PyQt6 import sip
    from PyQt6.QtCore import QTimer, QUrl
    from PyQt6.QtWebEngineCore import (
        QWebEnginePage,
        QWebEngineProfile,
        QWebEngineUrlRequestInfo,
        QWebEngineUrlRequestInterceptor,
    )
    from PyQt6.QtWidgets import QApplication

    found: dict[str, Any] = {"loaded": False, "problems": [], "values": []}

    class Requests(QWebEngineUrlRequestInterceptor):
        def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:  # noqa: N802
            if info.requestUrl().scheme() not in ("file", "data"):
                found["problems"].append(info.requestUrl().toString())

    class Page(QWebEnginePage):
        def javaScriptConsoleMessage(self, level: Any, message: str, line: int, source: str) -> None:  # noqa: N802
            if level == QWebEnginePage.JavaScriptConsoleMessageLevel.ErrorMessageLevel:
                found["problems"].append(message)

    app = QApplication(sys.argv[:1])
    profile, requests = QWebEngineProfile(), Requests()  # a profile without a name keeps nothing on the disk
    profile.setUrlRequestInterceptor(requests)
    page = Page(profile)

    def go_on(value: Any = None) -> None:
        if found["loaded"]:
            found["values"].append(value)
        found["loaded"] = True
        rest = scripts[len(found["values"]) :]
        page.runJavaScript(rest[0], go_on) if rest else app.quit()

    page.loadFinished.connect(lambda done: go_on() if done else app.quit())
    QTimer.singleShot(60_000, app.quit)
    page.load(QUrl.fromLocalFile(path))
    app.exec()
    sip.delete(page)  # before its profile
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
