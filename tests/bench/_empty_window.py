"""The least that a window with a picture of sound costs: PySide6 and one pyqtgraph plot."""

from __future__ import annotations

import sys

import pyqtgraph
from PySide6.QtWidgets import QApplication, QMainWindow

if __name__ == "__main__":
    app = QApplication(sys.argv)
    window = QMainWindow()
    window.setCentralWidget(pyqtgraph.PlotWidget())
    window.resize(1440, 900)
    window.show()
    sys.exit(app.exec())
