"""Another program on the screen, from which files are dragged: `python drag_source.py X Y FILE ...`."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Files(QLabel):
    """A window full of files; moving the mouse with the button held drags them all."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(Path(name).resolve())) for name in sys.argv[3:]])
        drag = QDrag(self)
        drag.setMimeData(data)
        done = drag.exec(Qt.DropAction.CopyAction)
        print("dropped" if done == Qt.DropAction.CopyAction else "refused", flush=True)


if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    files = Files("files")
    files.setGeometry(int(sys.argv[1]), int(sys.argv[2]), 120, 120)
    files.show()
    print("shown", flush=True)
    sys.exit(app.exec())
