"""A small box for sentences about what went wrong with single recordings."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QPlainTextEdit


class Reasons(QPlainTextEdit):
    """One sentence a line, wrapped and scrolled, to be selected and copied; takes no room when there is none."""

    def __init__(self, name: str, height: int) -> None:
        super().__init__(readOnly=True)
        self.setAccessibleName(name)
        self.setProperty("role", "small")
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)
        self.setFixedHeight(height)
        self.hide()

    @property
    def words(self) -> str:
        """What it says."""
        return self.toPlainText()

    def show_sentences(self, sentences: Iterable[str]) -> None:
        """Show these; the same ones again leave place and selection as they are."""
        words = "\n".join(sentences)
        if words != self.words:
            self.setPlainText(words)
        self.setVisible(bool(words))
