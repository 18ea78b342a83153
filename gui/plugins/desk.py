"""All that the window does about plugins, in one place: what is wrong with a step's plugin, and what helps."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.chain import Step
from engine.jobs import Submit
from engine.playback.messages import Snapshot
from engine.takes import View

from ..actions import Command
from ..memory import Memory
from ..store import Store
from ..words import sentence, tr
from .page import PluginPage
from .question import Asks
from .rack import Rack
from .trouble import Trouble, trouble_of
from .trust import Trust


class PluginDesk(QObject):
    """`changed` when a card may have something else to say, `permitted` when other plugins run than before.

    `retry_wanted` asks for a step's plugin to be started again after it failed; `said` gives a sentence to be read,
    `failed` those about the plugins that have failed, none when all run again.
    """

    changed = Signal()
    permitted = Signal()
    retry_wanted = Signal(str)
    said = Signal(str)
    failed = Signal(str)

    def __init__(self, store: Store, submit: Submit, memory: Memory, asks: Asks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rack = Rack(submit, memory, self)
        self.trust = Trust(store, self.rack, asks, self)
        self._faults: Mapping[str, str] = {}
        self._live: tuple[str, ...] = ()
        self._of_take: tuple[str, ...] = ()
        self.page: PluginPage | None = None
        self.rack.changed.connect(self.changed)
        self.rack.permitted.connect(self.permitted)
        self.rack.unkept.connect(self.said)

    def commands(self, window: QWidget) -> list[Command]:
        """What can be done here by menu and key."""
        return [
            Command(
                "plugins", "Edit", tr("Plugins …"), tr("Folders with plugins, and what was found in them"),
                lambda: self.open_page(window), ("Ctrl+Alt+P",),
            )
        ]  # fmt: skip

    def open_page(self, window: QWidget) -> None:
        """Open the page of plugins."""
        page = PluginPage(self.rack, window)
        self.page = page
        page.destroyed.connect(lambda: self._closed(page))
        page.open()

    def _closed(self, page: PluginPage) -> None:
        if self.page is page:
            self.page = None

    def show_live(self, now: Snapshot) -> None:
        """Take in which plugins have failed in what plays."""
        self._show_failed(now.bypassed, self._of_take)

    def show_view(self, view: View | None) -> None:
        """Take in which plugins have failed in the take that is looked at."""
        self._show_failed(self._live, view.bypassed if view is not None else ())

    def _show_failed(self, live: tuple[str, ...], of_take: tuple[str, ...]) -> None:
        """A sentence begins with the id of its step."""
        if (live, of_take) == (self._live, self._of_take):
            return
        self._live, self._of_take = live, of_take
        told = [words.partition(": ") for words in dict.fromkeys((*of_take, *live))]
        self._faults = {step: _whole(sentence(words)) for step, _, words in told}
        self.changed.emit()
        self.failed.emit("\n".join(self._faults.values()))

    def trouble(self, step: Step) -> Trouble | None:
        """Why a step's plugin does not run, and what can be done."""
        return trouble_of(step, self.rack, self._faults)

    def close(self) -> None:
        """Leave nothing behind."""
        self.rack.close()


def _whole(words: str) -> str:
    """A sentence that stands alone."""
    ended = words.endswith((".", "。"))
    return f"{words[:1].upper()}{words[1:]}{'' if ended else '.'}"
