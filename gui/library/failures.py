"""The recordings that cannot be used: how many, why each, and a way to be rid of them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.project import Source

from ..widgets.labels import label
from ..widgets.reasons import Reasons

HEIGHT = 120


class Failures(QWidget):
    """Their number and one sentence each; hidden while there is none."""

    forgotten = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("failures")
        self._count = label("", "error")
        forget = QPushButton("Forget")
        forget.setProperty("role", "quiet")
        forget.setToolTip("Take these out of the library; the files stay as they are")
        forget.clicked.connect(self.forgotten)
        self.reasons = Reasons("Why recordings cannot be used", HEIGHT)
        head = QHBoxLayout()
        head.addWidget(self._count, 1)
        head.addWidget(forget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.reasons)

    def show_failed(self, failed: tuple[Source, ...]) -> None:
        """Show these."""
        self._count.setText(f"{len(failed)} cannot be used")
        self.reasons.show_sentences(source.error for source in failed)
        self.setVisible(bool(failed))
