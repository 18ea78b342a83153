"""The bar's two rows: controls, and under each of them what there is to be read about it, in small quiet type."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

CONTROLS_PX, READOUTS_PX = 28, 16
GAP_PX = 6


def row(*widgets: QWidget, gap: int = GAP_PX) -> QHBoxLayout:
    """Widgets beside each other, in the middle of their height."""
    made = QHBoxLayout()
    made.setSpacing(gap)
    for widget in widgets:
        made.addWidget(widget)
    return made


def two_rows(controls: QHBoxLayout, readouts: QHBoxLayout) -> QVBoxLayout:
    """One row over the other, as high as everywhere in the bar, whatever stands in them."""
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(0)
    for inside, height in ((controls, CONTROLS_PX), (readouts, READOUTS_PX)):
        inside.addStrut(height)
        made.addLayout(inside)
    return made
