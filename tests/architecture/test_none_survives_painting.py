"""PySide6 6.12.0 gave away a reference to None at each QPainter method that returns nothing (see constraints.txt)."""

from __future__ import annotations

import sys

from PySide6.QtGui import QFont, QImage, QPainter, QPen

CALLS = 20_000


def _paint(calls: int) -> None:
    image = QImage(64, 64, QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    pen, font = QPen(), QFont()
    for _ in range(calls):
        painter.setPen(pen)
        painter.setFont(font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawLine(0, 0, 8, 8)
    painter.end()


def test_painting_takes_no_references_to_none_away(qapp: object) -> None:
    _paint(10)
    before = sys.getrefcount(None)
    _paint(CALLS)
    # Four calls a round would take 80,000; elsewhere in the process some hundreds may come and go.
    assert sys.getrefcount(None) > before - CALLS // 10
