"""No item that a layout gives out is kept: Qt deletes it unheard, and what comes to lie there ends the process."""

from __future__ import annotations

import dataclasses
import gc
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSpacerItem, QVBoxLayout, QWidget, QWidgetItem
from pytestqt.qtbot import QtBot

from engine.chain import Chain
from gui.widgets.flow import FlowLayout
from gui.widgets.reading_order import reading_order

from .chain_panels import LIVE, OTHER, THIRD, make_window, step


def kept() -> list[object]:
    """Wrappers of items that layouts have given out, but for those of a layout written in Python."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    objects = gc.get_objects()
    ours = {id(item) for each in objects if type(each) is FlowLayout for item in each._items}
    return [each for each in objects if type(each) in (QWidgetItem, QSpacerItem) and id(each) not in ours]


def test_tab_asks_for_places(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column, line, words = QVBoxLayout(window), QHBoxLayout(), FlowLayout()
    names = ["first", "left", "right", "word", "another", "last"]
    buttons = {name: QPushButton(name) for name in reversed(names)}
    column.addWidget(buttons["first"])
    column.addLayout(line)
    line.addWidget(buttons["left"])
    line.addStretch(1)
    line.addWidget(buttons["right"])
    column.addLayout(words)
    words.addWidget(buttons["word"])
    words.addWidget(buttons["another"])
    column.addWidget(buttons["last"])
    before = len(kept())
    assert [control.text() for control in reading_order(window) if isinstance(control, QPushButton)] == names
    assert len(kept()) == before


def test_cards_that_come_and_go(qtbot: QtBot, tmp_path: Path) -> None:
    """In any order, and through all of them with Tab."""
    panel = make_window(qtbot, tmp_path)(Chain(steps=(step(LIVE), step(OTHER), step(THIRD))))
    before, project = len(kept()), panel.store.project  # type: ignore[attr-defined]  # put there by make_window
    for chain in (Chain(steps=(step(THIRD), step(LIVE))), Chain(), project.chain):
        panel.store.commit("Other steps", dataclasses.replace(project, chain=chain))  # type: ignore[attr-defined]
        assert list(reading_order(panel))
    assert len(kept()) == before
