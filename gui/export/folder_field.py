"""The field for the folder to write to: typed, or dropped on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QLineEdit

from ..drops import dropped_paths
from ..words import tr


class FolderField(QLineEdit):
    """A folder's path; a folder that is dropped here is the one to write to, anything else goes on to the dock."""

    def __init__(self) -> None:
        super().__init__(placeholderText=tr("Folder to write to"))
        self.setAccessibleName(tr("Folder to write to"))
        self.setToolTip(tr("Where the variants go: type a path, or drop a folder here"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # Qt's name
        """Take one folder."""
        event.setAccepted(bool(_folder(event)))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # Qt's name
        """Go on taking it, without the text cursor that a text would get."""
        event.setAccepted(bool(_folder(event)))

    def dropEvent(self, event: QDropEvent) -> None:  # Qt's name
        """Write to the folder that was dropped."""
        self.setText(_folder(event))
        self.editingFinished.emit()
        event.acceptProposedAction()


def _folder(event: QDropEvent) -> str:
    paths = dropped_paths(event.mimeData())
    return paths[0] if len(paths) == 1 and Path(paths[0]).is_dir() else ""
