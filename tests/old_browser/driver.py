"""A browser of 2021 (Qt WebEngine 6.2: Chromium 90), driven by lines of JSON on standard input; a line back for each.

Runs in an environment of its own (`requirements-old-browser.lock`) and imports nothing of ours.
{"goto": URL} waits until the page is loaded; {"run": JAVASCRIPT} gives what it evaluates to; {"press": "Down"} presses
a key in the page, {"type": TEXT} types; {"complaints": 1} gives what the page complained of to the console so far.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from PyQt6.QtCore import QCoreApplication, QEvent, QEventLoop, QSocketNotifier, Qt, QTimer, QUrl
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWebEngineCore import QWebEnginePage
from PyQt6.QtWebEngineWidgets import QWebEngineView
from PyQt6.QtWidgets import QApplication

_PATIENCE = 30_000  # milliseconds
_SIGNS = {" ": "Space", "/": "Slash", "?": "Question"}


class Tab(QWebEnginePage):
    """A page that remembers its complaints."""

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self.complaints: list[str] = []

    def javaScriptConsoleMessage(self, level: Any, message: str, line: int, source: str) -> None:
        if level == QWebEnginePage.JavaScriptConsoleMessageLevel.ErrorMessageLevel:
            self.complaints.append(f"{source}:{line}: {message}")


class Driver:
    """Does one thing after the other."""

    def __init__(self) -> None:
        self._view = QWebEngineView()
        self._tab = Tab(self._view)
        self._view.setPage(self._tab)
        self._view.resize(1280, 900)
        self._view.show()

    def goto(self, url: str) -> bool:
        """Whether it was loaded in time."""
        done: list[bool] = []
        loop = QEventLoop()

        def loaded(well: bool) -> None:
            done.append(well)
            loop.quit()

        self._tab.loadFinished.connect(loaded)
        self._tab.load(QUrl(url))
        QTimer.singleShot(_PATIENCE, loop.quit)
        loop.exec()
        self._tab.loadFinished.disconnect(loaded)
        return bool(done and done[0])

    def run(self, script: str) -> Any:
        """What it evaluates to, as JSON holds it."""
        told: list[Any] = []
        loop = QEventLoop()

        def answered(value: Any) -> None:
            told.append(value)
            loop.quit()

        self._tab.runJavaScript(f"JSON.stringify({script})", 0, answered)
        QTimer.singleShot(_PATIENCE, loop.quit)
        loop.exec()
        return json.loads(told[0]) if told and told[0] else None

    def press(self, key: str, text: str = "") -> bool:
        """Down and up again, in the page that has the focus."""
        code = getattr(Qt.Key, f"Key_{key}", Qt.Key.Key_unknown)
        target = self._view.focusProxy() or self._view
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, text)
            QCoreApplication.sendEvent(target, event)
        return True

    def type(self, text: str) -> bool:
        """Letter by letter."""
        for letter in text:
            self.press(
                letter.upper() if letter.isalnum() else {" ": "Space", "/": "Slash", "?": "Question"}[letter], letter
            )
        return True

    def answer(self, asked: dict[str, Any]) -> Any:
        """Does what a line asks."""
        if "complaints" in asked:
            return self._tab.complaints
        ((name, value),) = asked.items()
        return getattr(self, name)(value)


def main() -> None:
    """Until standard input ends."""
    application = QApplication(sys.argv)
    driver = Driver()
    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)

    def read() -> None:
        line = sys.stdin.readline()
        if not line:
            application.quit()
            return
        notifier.setEnabled(False)
        print(json.dumps(driver.answer(json.loads(line))), flush=True)
        notifier.setEnabled(True)

    notifier.activated.connect(read)
    application.exec()


if __name__ == "__main__":
    main()
