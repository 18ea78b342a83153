"""What happens when something unexpected is raised: the work is kept, one dialog says so, and the window goes on."""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
from collections.abc import Callable, Iterable
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ..theme import set_role
from ..widgets.labels import label
from ..words import tr, trn
from .report import report

WIDTH, HEIGHT = 640, 420
POLL_MS = 250
MOST_DIALOGS = 5
"""A window with so many different errors is not helped by one more dialog."""

_Error = tuple[type[BaseException], BaseException, TracebackType | None]


class Crashes(QObject):
    """Takes what Python would print and forget, in slots, events and threads; stderr gets it all the same.

    `keep` saves the work at once. An error at a place that was shown before is only printed: one in a paint event
    would come back with every picture.
    """

    def __init__(self, window: QWidget, keep: Callable[[], object], commands: Callable[[], Iterable[str]]) -> None:
        super().__init__(window)
        self._window = window
        self._keep = keep
        self._commands = commands
        self._seen: set[tuple[object, ...]] = set()
        self._found: queue.SimpleQueue[_Error] = queue.SimpleQueue()
        self._dialog: CrashDialog | None = None
        self._hooks = (sys.excepthook, threading.excepthook)
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._show_found)

    def install(self) -> None:
        """Hear of every error from now on."""
        self._hooks = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._raised
        threading.excepthook = self._raised_in_thread
        self._timer.start()

    def uninstall(self) -> None:
        """Leave errors to Python again."""
        sys.excepthook, threading.excepthook = self._hooks
        self._timer.stop()

    def _raised(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if issubclass(kind, Exception):
            self._found.put((kind, error, trace))

    def _raised_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._raised(args.exc_type, args.exc_value, args.exc_traceback)

    def _show_found(self) -> None:
        """Show what was raised, from the event loop and not from wherever it happened: that may be a paint event."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._show(*self._found.get_nowait())

    def _show(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        place = (kind, *_place(trace))
        fresh = place not in self._seen
        self._seen.add(place)
        if fresh:
            with contextlib.suppress(Exception):
                self._keep()
        if self._dialog is not None:
            self._dialog.count_another()
        elif fresh and len(self._seen) <= MOST_DIALOGS:
            self._dialog = CrashDialog(report(kind, error, trace, self._commands()), self._window)
            self._dialog.finished.connect(self._closed)
            self._dialog.show()

    def _closed(self) -> None:
        self._dialog = None


class CrashDialog(QDialog):
    """A sentence, the report, and a button that copies it."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Something went wrong"))
        self.resize(WIDTH, HEIGHT)
        self._others = 0
        self.words = _paragraph(
            tr("Something in Variophone went wrong. Your work is kept, and you can go on."), "strong"
        )
        self.more = _paragraph("", "dim")
        self.more.hide()
        self.report = QPlainTextEdit(text)
        self.report.setReadOnly(True)
        set_role(self.report, "report")
        self.report.setAccessibleName(tr("Report"))
        self.report.setToolTip(tr("What happened, for whoever mends it"))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        ask = _paragraph(tr("To have it mended, copy the report and send it along with what you did before."), "dim")
        for widget in (self.words, ask, self.report, self.more):
            column.addWidget(widget)
        column.addLayout(self._foot())

    def count_another(self) -> None:
        """There was another error while this is open."""
        self._others += 1
        self.more.setText(trn("1 more error since then.", "{count} more errors since then.", self._others))
        self.more.show()

    def _foot(self) -> QHBoxLayout:
        copy = QPushButton(tr("Copy report"))
        copy.setToolTip(tr("Put the report on the clipboard"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.report.toPlainText()))
        close = QPushButton(tr("Go on"))
        close.setProperty("role", "primary")
        close.setDefault(True)
        close.setToolTip(tr("Close this and go on working"))
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(copy)
        foot.addWidget(close)
        return foot


def _paragraph(text: str, role: str) -> QLabel:
    made = label(text, role)
    made.setWordWrap(True)
    return made


def _place(trace: TracebackType | None) -> tuple[object, ...]:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return () if trace is None else (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
