"""A bare window whose heart beats until its input ends: what the machine does to a window that does nothing.

Called as `_idle_window.py FILE`; the beats go into that file.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pyqtgraph
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench._heart import Heart

if __name__ == "__main__":
    app = QApplication(sys.argv)
    window = QMainWindow()
    window.setCentralWidget(pyqtgraph.PlotWidget())
    window.resize(1440, 900)
    window.show()
    heart = Heart(window)
    waiting = threading.Thread(target=sys.stdin.read, daemon=True)
    waiting.start()
    look = QTimer(window, interval=50)
    look.timeout.connect(lambda: waiting.is_alive() or app.quit())
    look.start()
    app.exec()
    heart.stop()
    heart.save(Path(sys.argv[1]))
