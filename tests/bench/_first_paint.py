"""Run a program with a window until it has painted for the first time, and print how long that took.

Called as `_first_paint.py START PROGRAM`, with START on the clock that all processes share.
"""

from __future__ import annotations

import runpy
import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget


class FirstPaint(QObject):
    """Watches an application's events for the first paint that reaches a visible widget."""

    def __init__(self, app: QApplication, start_s: float) -> None:
        super().__init__(app)
        self._start_s = start_s
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Print the time when the paint events that are due have been handled, and close the window."""
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget) and watched.window().isVisible():
            QApplication.instance().removeEventFilter(self)
            QTimer.singleShot(0, self._painted)
        return False

    def _painted(self) -> None:
        print(f"painted {time.monotonic() - self._start_s:.4f}", flush=True)
        QApplication.closeAllWindows()


def main() -> None:
    """Run the program with the watch in place."""
    start_s, program = float(sys.argv[1]), sys.argv[2]
    run = QApplication.exec

    def watched(*_: object) -> int:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.first_paint = FirstPaint(app, start_s)  # type: ignore[attr-defined]  # it must live as long as the app
        return int(run())

    QApplication.exec = watched  # type: ignore[method-assign]  # the programs know nothing of being watched
    sys.argv = [program]
    sys.path.insert(0, ".")
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
