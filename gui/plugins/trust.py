"""A chain from somebody else runs no plugin unasked: each new one is named in a question, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, QTimer

from engine.chain import Chain, Step
from engine.plugins.described import Described, PluginRef
from engine.project import Project

from ..store import Store
from ..words import tr
from .question import Asked, Asks
from .rack import Rack


def plugins_of(chain: Chain) -> Iterator[PluginRef]:
    """The plugins that a chain names, in its order."""
    for node in chain.walk():
        if isinstance(node, Step) and node.plugin is not None:
            yield node.plugin


class Trust(QObject):
    """Looks at each chain that comes into the document, however it comes; until it is answered nothing of it runs."""

    def __init__(self, store: Store, rack: Rack, asks: Asks, parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._rack = rack
        self.asks = asks
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._ask)
        self._asking = False
        store.changed.connect(self._document_changed)
        rack.permitted.connect(self._look)

    def _document_changed(self, new: Project, old: Project) -> None:
        if new.chain is not old.chain or new.aside is not old.aside:
            self._look()

    def _look(self) -> None:
        """Ask when whoever changed the document is done: the question holds up its caller."""
        if self._unanswered():
            self._later.start()

    def _unanswered(self) -> list[PluginRef]:
        project = self._store.project
        chains = [project.chain, *([project.aside.chain] if project.aside is not None else [])]
        refs = dict.fromkeys(ref for chain in chains for ref in plugins_of(chain))
        return [ref for ref in refs if self._rack.unanswered(ref)]

    def _ask(self) -> None:
        self.ask_about(self._unanswered())

    def ask_about(self, refs: Sequence[PluginRef]) -> None:
        """Ask about those of these plugins that are here, whatever was answered before.

        The window lives on behind the question: what comes up meanwhile, as from a scan that ends, is asked afterwards.
        """
        found = [(ref, here) for ref in refs if (here := self._rack.shelf.exact(ref)) is not None]
        if self._asking or not found:
            return
        self._asking = True
        try:
            may_run = self.asks.may_run([self.asked(*one) for one in found])
        finally:
            self._asking = False
        if not (may_run and self._rack.allow(refs)):
            self._rack.leave_out(refs)
        self._look()

    def asked(self, ref: PluginRef, here: Described) -> Asked:
        """What this computer knows of the plugin; of what the chain says of it only how large its state is."""
        size = max(len(ref.state) * 3 // 4 // 1024, 1)
        why = tr("The chain brings {count} kB of settings that only the plugin can read.", count=size)
        return Asked(f"{here.title} {here.version}", here.maker, here.path, why if ref.state else "")
