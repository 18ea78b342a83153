"""The chain as a preset's text: applied when it is valid, with the reason at the line when it is not."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.chain import Chain
from engine.jobs import Response, Submit
from engine.preset import PresetError, ReadText, WriteText

from ..widgets.labels import ErrorLabel, label
from ..words import sentence, tr
from .editor import ChainEditor
from .text_edit import TextEdit

PAUSE_MS = 600
FOLLOW_MS = 120
TEXTS_KEPT = 200
LANE = "chain text"


class ChainText(QWidget):
    """Text and cards follow each other; `left` when the text is to be put away.

    What is typed becomes the chain after a pause, or when the focus goes elsewhere: one edit for each burst. The text
    itself, with its comments, stays as it was typed; it is written anew only when the chain was changed elsewhere,
    and never over typing that is not valid yet: that is kept until it is, or until it is given up. A chain that undo
    brings back has the text again that it was typed as. Reading and writing are a worker's.
    """

    left = Signal()

    def __init__(self, editor: ChainEditor, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._submit = submit
        self._said: Chain | None = None
        """The chain that the text said when it was last valid."""
        self._texts: OrderedDict[Chain, str] = OrderedDict()
        self._seen: Chain | None = None
        self._text = ""
        self.edit = TextEdit()
        self.edit.left.connect(self.left)
        self.edit.textChanged.connect(self._typed)
        self.edit.finished.connect(self._finish)
        self.error = ErrorLabel()
        self.give_up = QPushButton(tr("Give up the text"))
        self.give_up.setToolTip(tr("Show the chain as it is now, without what was typed here"))
        self.give_up.clicked.connect(self._write)
        self.behind = self._notice()
        self._later = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._later.timeout.connect(self.apply)
        self._follow = QTimer(self, singleShot=True, interval=FOLLOW_MS)
        self._follow.timeout.connect(self._write)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 2, 12, 12)
        column.setSpacing(6)
        for widget in (self.edit, self.error, self.behind):
            column.addWidget(widget)

    def _notice(self) -> QWidget:
        """What is said while the chain and what is typed go apart."""
        notice = QWidget()
        notice.hide()
        said = label(tr("The chain was changed meanwhile; this text takes its place once it is valid."), "small")
        said.setWordWrap(True)
        row = QHBoxLayout(notice)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(said, 1)
        row.addWidget(self.give_up)
        return notice

    def set_shown(self, shown: bool) -> None:
        """Appear with the present chain, or go; what was typed and is valid is applied first."""
        if not shown and not self.isHidden():
            self._finish()
            self._follow.stop()
        self.setVisible(shown)
        if shown and self._said != self._editor.chain and not self.edit.pending:
            self._write()

    def show_chain(self, chain: Chain) -> None:
        """Follow the chain, a moment later, unless the text says just this or is being typed."""
        if chain is self._seen:
            return
        self._seen = chain
        differs = chain != self._said
        if self.edit.pending:
            self.behind.setVisible(differs)
        elif differs and not self.isHidden():
            self._follow.start()

    def apply(self) -> None:
        """Make the text the chain if it is valid and new, or say at its line why it is not."""
        if self.edit.pending:
            text = self.edit.toPlainText()
            self._submit(LANE, ReadText(text, tr("Text")), partial(self._read, text))

    def _finish(self) -> None:
        """Do not wait for the pause any more."""
        if self._later.isActive():
            self._later.stop()
            self.apply()

    def _read(self, text: str, response: Response) -> None:
        if not self.edit.pending or text != self.edit.toPlainText():
            return
        chain = response.value
        if not isinstance(chain, Chain):
            line = chain.line if isinstance(chain, PresetError) else None
            self.edit.mark_line(line)
            self.error.say(sentence(str(chain) if response.error is None else response.error))
            return
        self._accept(chain, text)
        self._editor.set_chain(tr("Edit the text"), chain)

    def _accept(self, chain: Chain, text: str) -> None:
        self._said, self._text = chain, text
        self._texts[chain] = text
        self._texts.move_to_end(chain)
        while len(self._texts) > TEXTS_KEPT:
            self._texts.popitem(last=False)
        self._rest()

    def _rest(self) -> None:
        """The text is what it was when it was last valid."""
        self._later.stop()
        self.edit.pending = False
        self.edit.mark_line(None)
        self.error.say("")
        self.behind.hide()

    def _typed(self) -> None:
        """Wait for a pause; colouring a line makes Qt say that the text changed, and it did not."""
        if self.edit.toPlainText() != self._text:
            self.edit.pending = True
            self._follow.stop()
            self._later.start()
        elif self.edit.pending:
            self._rest()
            if self._said != self._editor.chain:
                self._follow.start()

    def _write(self) -> None:
        """Write the text anew, from the chain."""
        chain = self._editor.chain
        self._rest()
        if chain in self._texts:
            self._put(chain, self._texts[chain])
        else:
            self._submit(LANE, WriteText(chain), partial(self._written, chain))

    def _written(self, chain: Chain, response: Response) -> None:
        if response.error is not None:
            self.error.say(sentence(response.error))
        elif chain is self._editor.chain and not self.edit.pending:
            self._put(chain, response.value)

    def _put(self, chain: Chain, text: str) -> None:
        self._accept(chain, text)
        self.edit.put_text(text)
