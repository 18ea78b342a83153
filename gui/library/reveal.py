"""Showing recordings in the system's file manager, without waiting for it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, QUrl
from PySide6.QtGui import QDesktopServices

SHOWN_MAX = 100
"""File managers open a window for each folder: more than this is nobody's wish."""
_WAIT_MS = 3000


def reveal(paths: Sequence[str], parent: QObject) -> None:
    """Show files in their folder, chosen where the file manager can do that; what is gone is not asked for."""
    there = [path for path in paths[:SHOWN_MAX] if os.path.lexists(path)]
    if not there:
        open_folder(next((folder for path in paths[:1] for folder in _above(path) if os.path.isdir(folder)), ""))
    elif sys.platform == "win32":
        QProcess.startDetached("explorer", ["/select,", os.path.normpath(there[0])])
    elif sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", *there])
    else:
        _ask_file_manager(there, parent)


def open_folder(folder: str) -> None:
    """Open a folder in the file manager."""
    if folder:
        QDesktopServices.openUrl(QUrl.fromLocalFile(folder))


def _ask_file_manager(paths: list[str], parent: QObject) -> None:
    """Ask over D-Bus, as freedesktop.org has it; where nobody answers, open the folder."""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

    name = "org.freedesktop.FileManager1"
    call = QDBusMessage.createMethodCall(name, "/org/freedesktop/FileManager1", name, "ShowItems")
    call.setArguments(
        [[QUrl.fromLocalFile(path).toString(QUrl.ComponentFormattingOption.FullyEncoded) for path in paths], ""]
    )
    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        open_folder(os.path.dirname(paths[0]))
        return
    waiting = QDBusPendingCallWatcher(bus.asyncCall(call, _WAIT_MS), parent)

    def answered() -> None:
        if waiting.isError():
            open_folder(os.path.dirname(paths[0]))
        waiting.deleteLater()

    waiting.finished.connect(answered)


def _above(path: str) -> list[str]:
    """The folders that a path lies in, the nearest first."""
    found = []
    while (folder := os.path.dirname(path)) != path:
        found.append(folder)
        path = folder
    return found
