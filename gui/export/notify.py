"""Says at the end of an export that it ended, to somebody who is looking elsewhere."""

from __future__ import annotations

import html

from PySide6.QtCore import QObject, QProcess
from PySide6.QtWidgets import QApplication, QWidget

PORTAL = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
INTERFACE = "org.freedesktop.portal.Notification"
SENDER = "notify-send"
"""The desktop's own command, which speaks to org.freedesktop.Notifications, where there is no portal."""


def tell(window: QWidget, title: str, text: str) -> None:
    """Notify, unless the window is active; nothing is waited for, and where nobody listens nothing happens."""
    if window.isActiveWindow():
        return
    QApplication.alert(window)
    _by_the_portal(window, title, text)


def _by_the_portal(parent: QObject, title: str, text: str) -> None:
    from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return
    message = QDBusMessage.createMethodCall(PORTAL, PATH, INTERFACE, "AddNotification")
    message.setArguments(["variophone-export", {"title": title, "body": text}])
    watcher = QDBusPendingCallWatcher(bus.asyncCall(message), parent)
    watcher.finished.connect(lambda call: _answered(call, title, text))


def _answered(call: object, title: str, text: str) -> None:
    from PySide6.QtDBus import QDBusPendingCallWatcher

    assert isinstance(call, QDBusPendingCallWatcher)
    if call.isError():
        QProcess.startDetached(SENDER, ["--app-name=Variophone", "--", title, html.escape(text)])
    call.deleteLater()
