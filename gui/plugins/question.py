"""What is asked before a plugin runs that nobody at this computer has allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ..widgets.described import Described, DescribedLine
from ..widgets.labels import label
from ..widgets.line_list import Line, LineList
from ..words import tr, trn

WIDTH, LINES_HEIGHT = 480, 220


@dataclass(frozen=True)
class Asked:
    """One plugin that the question names: its name, its maker, its file on this computer and why it is asked about."""

    name: str
    maker: str
    path: str
    why: str


class Asks(Protocol):
    """Whom the window asks."""

    def may_run(self, asked: Sequence[Asked]) -> bool:
        """Whether these plugins may run."""
        ...


class AskDialog:
    """Asks by a dialog in front of the active window."""

    def may_run(self, asked: Sequence[Asked]) -> bool:
        """Run, or leave out; closing the dialog leaves out."""
        return Question(asked, _parent()).exec() == QDialog.DialogCode.Accepted


class AskNobody:
    """Where nobody sits at the window: what was not allowed before stays out."""

    def may_run(self, asked: Sequence[Asked]) -> bool:
        """Leave out."""
        return False


class Question(QDialog):
    """Names each plugin with its maker and its file; nothing of them has been loaded when it is asked."""

    def __init__(self, asked: Sequence[Asked], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Plugins"))
        self.setMinimumWidth(WIDTH)
        self.plugins = LineList()
        self.plugins.setAccessibleName(tr("Plugins that are asked about"))
        self.plugins.setToolTip(tr("What the chain would run, with its maker and its file"))
        self.plugins.setItemDelegate(DescribedLine(_described, self.plugins))
        self.plugins.setSelectionMode(LineList.SelectionMode.NoSelection)
        self.plugins.show_lines([_line(one) for one in asked])
        self.plugins.setFixedHeight(min(self._needed(), LINES_HEIGHT))
        self.run = QPushButton(tr("Run"))
        self.run.setToolTip(tr("Let them run now and from now on, in this version"))
        self.run.setAutoDefault(False)
        self.run.clicked.connect(self.accept)
        self.leave_out = QPushButton(tr("Leave out"))
        self.leave_out.setToolTip(tr("Pass these steps over; each card offers to run its plugin later"))
        self.leave_out.setDefault(True)
        self.leave_out.clicked.connect(self.reject)
        self._lay_out(len(asked))

    def _needed(self) -> int:
        self.plugins.resize(WIDTH - 40, LINES_HEIGHT)
        return sum(self.plugins.sizeHintForRow(row) for row in range(len(self.plugins.lines))) + 4

    def _lay_out(self, count: int) -> None:
        title = label(
            trn("This chain uses a plugin. Should it run?", "This chain uses {count} plugins. Should they run?", count),
            "title",
        )
        title.setWordWrap(True)
        words = label(tr("A plugin is a program and can do on this computer what you can. Run what you trust."), "dim")
        words.setWordWrap(True)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.run)
        foot.addWidget(self.leave_out)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        for widget in (title, self.plugins, words):
            column.addWidget(widget)
        column.addLayout(foot)


def _line(one: Asked) -> Line:
    said = ", ".join(filter(None, (one.name, one.maker, one.path, one.why)))
    return Line(said, one, one.path, 0)


def _described(one: Asked) -> Described:
    return Described(one.name, "\n".join(filter(None, (one.path, one.why))), note=one.maker)


def _parent() -> QWidget | None:
    from PySide6.QtWidgets import QApplication

    return QApplication.activeWindow()
