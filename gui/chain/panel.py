"""The chain's panel: presets and master power above, below them the chain as cards, as text, or as both."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from engine.banks import CheckBanks
from engine.chain import Node, Step
from engine.jobs import Response, Submit
from engine.playback.messages import Snapshot
from engine.project import Project
from engine.regions import Times
from engine.takes import View

from ..actions import Command
from ..memory import Memory
from ..plugins.desk import PluginDesk
from ..plugins.question import AskNobody
from ..presets.bar import PresetBar
from ..presets.files import preset_dropped
from ..presets.own import PresetShelf
from ..rows.bank_row import ChooseFolder, ask_folder
from ..store import Store
from ..widgets.buttons import IconButton, PowerButton
from ..widgets.labels import label
from ..words import tr, trn
from .cards import ChainCards
from .commands import commands
from .editor import ChainEditor
from .guard_row import GuardRow
from .help_page import open_help
from .label_watch import LabelWatch
from .mending import mend
from .shown import Shown, shown
from .text_view import ChainText

WIDTH = 344
BESIDE_WIDTH = 640
"""From here on there is room for cards and text beside each other; below, one takes the other's place."""


class ChainPanel(QWidget):
    """Shows the store's chain, and edits it.

    `regions_shown` gives the stretches of the recording, in its seconds, that the chosen step works in;
    `labels_rewritten` says that the label file changed that steps work by.
    """

    regions_shown = Signal(object)
    labels_rewritten = Signal()

    def __init__(
        self,
        store: Store,
        submit: Submit,
        memory: Memory | None = None,
        *,
        shelf: PresetShelf | None = None,
        choose_folder: ChooseFolder = ask_folder,
        plugins: PluginDesk | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._submit = submit
        self._memory = memory or Memory()
        self._troubles: dict[str, str] = {}
        self._checked: tuple[tuple[str, str], ...] = ()
        self._labels = LabelWatch(submit, self)
        self._labels.changed.connect(self._show_again)
        self._labels.rewritten.connect(self.labels_rewritten)
        self._draw = Shown()
        self._skipped: Mapping[str, str] | None = None
        self._regions: tuple[Times, ...] = ()
        self.plugins = plugins or PluginDesk(store, submit, self._memory, AskNobody(), self)
        self.plugins.changed.connect(self._show_again)
        self.plugins.permitted.connect(self._show_again)
        self.editor = ChainEditor(store, lambda ref: self.plugins.rack.allow([ref]))
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Chain"))
        self.setMinimumWidth(WIDTH)
        self.setAcceptDrops(True)
        self.presets = PresetBar(store, submit, shelf)
        self.power = PowerButton(tr("The whole chain: on, or bypassed (Shift+M)"), diameter=14)
        self.power.setFixedHeight(self.presets.button.sizeHint().height())
        self.power.clicked.connect(lambda on: self.editor.set_bypassed(not on))
        self.heading = label("", "heading")
        self.count = label("", "note")
        self.as_text = IconButton("code", tr("The chain as text, to be edited (Ctrl+T)"), checkable=True)
        self.as_text.clicked.connect(self.toggle_text)
        self.bypassed = label(tr("Bypassed: takes and exports are the originals."), "small")
        self.cards = ChainCards(self.editor, choose_folder)
        self.cards.plugins = lambda: self.plugins.rack.contents.plugins
        self.cards.help_asked.connect(self._help)
        self.cards.mend_asked.connect(lambda step_id, deed: mend(self, step_id, deed))
        self.cards.chosen_changed.connect(self._show_regions)
        self.text = ChainText(self.editor, submit)
        self.text.left.connect(self.toggle_text)
        self.guard = GuardRow(self.editor)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        for view in (self.cards, self.text):
            self.split.addWidget(view)
        self.split.setChildrenCollapsible(False)
        self._lay_out()
        store.changed.connect(self._changed)
        self.as_text.setChecked(self._memory.get("chain/as text", False))
        self._show_views()
        self._labels.look(store.project)
        self._show(store.project)
        self._check_banks(store.project)

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.addWidget(self.heading, 1)
        heading.addWidget(self.count)
        heading.addWidget(self.as_text)
        bar = QHBoxLayout()
        bar.setSpacing(6)
        bar.addWidget(self.presets, 1)
        bar.addWidget(self.power, 0, Qt.AlignmentFlag.AlignTop)
        head = QVBoxLayout()
        head.setContentsMargins(12, 12, 12, 8)
        head.setSpacing(8)
        head.addLayout(heading)
        head.addLayout(bar)
        head.addWidget(self.bypassed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.split, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 0, 12, 12)
        foot.addWidget(self.guard)
        column.addLayout(foot)

    def set_selection(self, region: tuple[float, float] | None) -> None:
        """Take in what is selected in the views."""
        self.cards.selection = region

    def commands(self) -> list[Command]:
        """What can be done here by menu and key."""
        return commands(self)

    def show_view(self, view: View | None) -> None:
        """Say what the guard did to the take that is looked at."""
        self.guard.show_view(view)
        self.cards.costs.set_complete(view is not None and view.complete)

    def show_snapshot(self, now: Snapshot) -> None:
        """Say what the steps cost that are heard live."""
        self.cards.show_snapshot(now)

    def toggle_bypass(self) -> None:
        """Let the whole chain do nothing, or work again."""
        self.editor.set_bypassed(not self._store.project.chain.bypassed)

    @property
    def guard_mode(self) -> str:
        """What the chain ends in, one of `engine.chain.GUARDS`."""
        return self._store.project.chain.guard

    @property
    def is_bypassed(self) -> bool:
        """Whether the whole chain does nothing."""
        return self._store.project.chain.bypassed

    def toggle_text(self) -> None:
        """Show the chain as text, or no longer."""
        shown_now = self.text.isHidden()
        self._memory.put("chain/as text", shown_now)
        self.as_text.setChecked(shown_now)
        self._show_views()
        (self.text.edit if shown_now else self.as_text).setFocus()

    def add_transform(self) -> None:
        """Open the catalogue, with the cards to be seen."""
        if self.cards.isHidden():
            self.toggle_text()
        self.cards.add_transform()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show cards and text beside each other where there is room."""
        super().resizeEvent(event)
        self._show_views()

    def _show_views(self) -> None:
        text = self.as_text.isChecked()
        self.cards.setVisible(not text or self.width() >= BESIDE_WIDTH)
        self.text.set_shown(text)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a preset's file; all else is for the window."""
        if preset_dropped(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the preset that was dropped."""
        event.acceptProposedAction()
        self.presets.open_file(preset_dropped(event.mimeData()))

    def _help(self, beside: QWidget, node: Node) -> None:
        open_help(beside, node.kind if isinstance(node, Step) else node, self._submit)

    def _changed(self, new: Project, old: Project) -> None:
        if new.chain is not old.chain or _looked_at(new) != _looked_at(old):
            self._labels.look(new)
            self._show(new)
        if new.chain is not old.chain or new.banks != old.banks:
            self._check_banks(new)

    def show_skipped(self, skipped: Mapping[str, str] | None) -> None:
        """While the microphone is open, show its draw, and which steps are not heard, by id, and why."""
        if skipped != self._skipped:
            self._skipped = skipped
            self._show_again()

    def _show(self, project: Project) -> None:
        self._draw = draw = shown(
            project, self._troubles, self._labels.labels, self._labels.trouble, self.plugins.trouble, self._skipped
        )
        self.cards.show_chain(project.chain, draw)
        self._show_regions()
        self.text.show_chain(project.chain)
        self.guard.show_project(project)
        self.heading.setText(tr("CHAIN {letter}", letter=project.letter))
        self.power.setChecked(not project.chain.bypassed)
        self.bypassed.setVisible(project.chain.bypassed)
        self.count.setText(self._count_words(draw))

    def _show_again(self) -> None:
        self._show(self._store.project)

    def _show_regions(self) -> None:
        """Say where the chosen step works, if that is anything new."""
        card = self.cards.chosen
        regions = self._draw.spans(card.node) if card is not None and isinstance(card.node, Step) else ()
        if regions != self._regions:
            self._regions = regions
            self.regions_shown.emit(regions)

    def _check_banks(self, project: Project) -> None:
        """Have it looked at whether the bound folders of this chain hold recordings."""
        bound = dict(project.banks)
        wanted = tuple((name, bound[name]) for name in sorted(project.chain.banks()) if name in bound)
        if wanted != self._checked:
            self._checked = wanted
            self._submit("chain banks", CheckBanks(wanted), self._banks_checked)

    def _banks_checked(self, response: Response) -> None:
        self._troubles = response.value or {}
        self._show_again()

    def _count_words(self, draw: Shown) -> str:
        steps = [card.node.id for card in self.cards.sections["steps"].walk() if isinstance(card.node, Step)]
        if not steps:
            return ""
        if not draw.known or draw.bypassed:
            return trn("1 STEP", "{count} STEPS", len(steps))
        drawn = sum(step in draw.drawn for step in steps)
        if not drawn:
            return tr("NONE OF {all} DRAWN", all=len(steps))
        return tr("{drawn} OF {all} DRAWN", drawn=drawn, all=len(steps))


def _looked_at(project: Project) -> tuple[object, ...]:
    """What beside the chain decides on what its cards show."""
    return project.seed, project.variant, project.selected, project.banks, project.frozen, project.letter
