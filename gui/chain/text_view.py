"""The chain as a preset's text: applied when it is valid, with the reason at the line when it is not."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine import preset
from engine.chain import Chain
from engine.preset import PresetError

from ..widgets.labels import ErrorLabel
from ..words import sentence, tr
from .editor import ChainEditor
from .text_edit import TextEdit

PAUSE_MS = 600
FOLLOW_MS = 120
TEXTS_KEPT = 200


class ChainText(QWidget):
    """Text and cards follow each other; `left` when the text is to be put away.

    What is typed becomes the chain after a pause, one edit for each burst. The text itself, with its comments, stays
    as it was typed; it is written anew only when the chain was changed elsewhere. A chain that undo brings back has
    the text again that it was typed as.
    """

    left = Signal()

    def __init__(self, editor: ChainEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._said: Chain | None = None
        """The chain that the text says, None while it says none."""
        self._texts: OrderedDict[Chain, str] = OrderedDict()
        self._seen: Chain | None = None
        self._text = ""
        self.edit = TextEdit()
        self.edit.left.connect(self.left)
        self.edit.textChanged.connect(self._typed)
        self.error = ErrorLabel()
        self._later = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._later.timeout.connect(self.apply)
        self._follow = QTimer(self, singleShot=True, interval=FOLLOW_MS)
        self._follow.timeout.connect(self._write)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 2, 12, 12)
        column.setSpacing(6)
        column.addWidget(self.edit, 1)
        column.addWidget(self.error)

    def set_shown(self, shown: bool) -> None:
        """Appear with the present chain, or go; what was typed and is valid is applied first."""
        if not shown and not self.isHidden():
            self._later.stop()
            self.apply()
            self._follow.stop()
        self.setVisible(shown)
        if shown and self._said != self._editor.chain and not self.edit.pending:
            self._write()

    def show_chain(self, chain: Chain) -> None:
        """Follow the chain, a moment later, unless the text says just this."""
        if chain is self._seen:
            return
        self._seen = chain
        if chain != self._said and not self.isHidden():
            self._later.stop()
            self._follow.start()

    def apply(self) -> None:
        """Make the text the chain if it is valid and new, or say at its line why it is not."""
        if not self.edit.pending:
            return
        text = self.edit.toPlainText()
        try:
            chain = preset.loads(text, tr("Text"))
        except PresetError as error:
            self._said = None
            self.edit.mark_line(error.line)
            self.error.say(sentence(str(error)))
            return
        self._accept(chain, text)
        self._editor.set_chain(tr("Edit the text"), chain)

    def _accept(self, chain: Chain, text: str) -> None:
        self._said, self._text = chain, text
        self._texts[chain] = text
        self._texts.move_to_end(chain)
        while len(self._texts) > TEXTS_KEPT:
            self._texts.popitem(last=False)
        self.edit.pending = False
        self.edit.mark_line(None)
        self.error.say("")

    def _typed(self) -> None:
        """Wait for a pause; colouring a line makes Qt say that the text changed, and it did not."""
        if self.edit.toPlainText() != self._text:
            self.edit.pending = True
            self._follow.stop()
            self._later.start()
        elif self.edit.pending:
            self._later.start()

    def _write(self) -> None:
        """Write the text anew, from the chain."""
        chain = self._editor.chain
        text = self._texts.get(chain) or preset.dumps(chain)
        self._accept(chain, text)
        self.edit.put_text(text)
