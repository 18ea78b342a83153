"""What this program is, its licence and its versions; and the guide."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from engine import __version__

from ..theme import set_role
from ..widgets.labels import label
from ..words import language, tr
from .paper import dress
from .report import versions_words

ROOT = Path(__file__).resolve().parents[2]
GUIDE_SIZE = (760, 680)
ABOUT_WIDTH = 460


class Guide(QDialog):
    """The guide's pages, with their links."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Guide"))
        self.resize(*GUIDE_SIZE)
        self.page = QTextBrowser()
        self.page.setObjectName("guide")
        self.page.setAccessibleName(tr("Guide"))
        self.page.setToolTip(tr("How to work with Variophone; Alt+Left goes back"))
        self.page.setOpenExternalLinks(True)
        self.page.document().setDocumentMargin(20)
        self.page.sourceChanged.connect(lambda _: dress(self.page.document()))
        self.page.setSource(QUrl.fromLocalFile(str(guide())))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.addWidget(self.page)


def guide() -> Path:
    """The guide in the user's language, or in English where there is none."""
    own = ROOT / "docs" / f"guide.{language()}.md"
    return own if own.exists() else ROOT / "docs" / "guide.md"


class About(QDialog):
    """Name, licence, versions."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("About Variophone"))
        self.setMinimumWidth(ABOUT_WIDTH)
        name = label(tr("Variophone {version}", version=__version__), "time")
        what = _words(tr("A workstation for augmenting recordings: hear a chain, see it, export it reproducibly."))
        licence = _words(
            tr(
                "Free software under the GNU General Public License, version 3 or later. It comes without any warranty;"
                " the licence is in the file LICENSE."
            ),
            "dim",
        )
        versions = _words(versions_words(), "small")
        versions.setObjectName("versions")
        versions.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        for widget in (name, what, licence, versions):
            column.addWidget(widget)
        column.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        copy = QPushButton(tr("Copy versions"))
        copy.setToolTip(tr("Put the versions on the clipboard"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(versions_words()))
        close = QPushButton(tr("Close"))
        close.setToolTip(tr("Close this window"))
        close.setDefault(True)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(copy)
        foot.addWidget(close)
        return foot


def _words(text: str, role: str = "") -> QLabel:
    made = label(text)
    made.setWordWrap(True)
    if role:
        set_role(made, role)
    return made
