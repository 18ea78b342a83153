"""A card: what steps and groups have in common, the header and the keys."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from engine.chain import Node
from engine.params import Number, SettingError

from ..theme import restyle, set_role
from ..widgets.buttons import GlyphButton, PowerButton
from ..widgets.glyphs import more
from ..widgets.labels import ElidedLabel, ErrorLabel, SpareLabel
from ..widgets.number_entry import NumberEntry
from ..words import mark, sentence, tr
from . import tree
from .card_menu import menu_of
from .cost_badge import CostBadge
from .grip import Grip
from .hands import Hands
from .shown import SKIPPED, Shown

P = Number(
    name="p",
    default=1.0,
    low=0.0,
    high=1.0,
    typical=(0.0, 1.0),
    help=mark("How likely a draw takes this: 0 never, 1 always"),
)
WEIGHT = Number(
    name="weight", default=1.0, low=0.0, high=100.0, typical=(0.0, 1.0),
    help=mark("How likely the group picks this, relative to its other members"),
)  # fmt: skip


class NodeCard(QFrame):
    """A step's or group's card. What it shows comes from `show_node`; what is done to it goes to the editor."""

    role: ClassVar[str] = "card"

    def __init__(self, node: Node, hands: Hands, *, member: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.node = node
        self.hands = hands
        self.body: QWidget | None = None
        self._state = ""
        self._open: bool | None = None
        title = tree.title(node)
        self.setProperty("role", self.role)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.power = PowerButton(tr("{step}: on or off (M)", step=title))
        self.power.clicked.connect(lambda on: self.hands.editor.set_power(self.node.id, on))
        self.name = ElidedLabel(title, "strong")
        self.name.setCursor(Qt.CursorShape.PointingHandCursor)
        self.tag = self.make_tag()
        self.p = NumberEntry(P, tr("{step}: p", step=title), "p")
        self.p.setFixedWidth(52)
        self.p.changed.connect(lambda p, gesture: self.hands.editor.set_p(self.node.id, p, gesture))
        self.weight = self._weight_entry(title) if member else None
        self.grip = Grip()
        self.grip.dragged.connect(lambda place: self.hands.drag(self.node.id, place))
        self.grip.dropped.connect(lambda: self.hands.drop(self.node.id))
        self.grip.given_up.connect(lambda: self.hands.give_up())
        self.more = GlyphButton(more, tr("{step}: menu", step=title))
        self.more.clicked.connect(self.open_menu)
        self.error = ErrorLabel()
        self.p.refused.connect(self.error.say)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(6, 4, 6, 7)
        self.column.setSpacing(2)
        self.header = self._header()
        self.column.addLayout(self.header)
        self.column.addWidget(self.error)

    def _weight_entry(self, title: str) -> NumberEntry:
        entry = NumberEntry(WEIGHT, tr("{step}: weight", step=title), "×", gap="")
        entry.setFixedWidth(36)
        entry.changed.connect(lambda weight, gesture: self.hands.editor.set_weight(self.node.id, weight, gesture))
        entry.refused.connect(lambda sentence: self.error.say(sentence))
        return entry

    def _header(self) -> QHBoxLayout:
        header = QHBoxLayout()
        header.setSpacing(3)
        header.addWidget(self.power)
        header.addWidget(self.name)
        header.addWidget(self.tag, 1)
        if self.weight is not None:
            header.addWidget(self.weight)
        header.addWidget(self.p)
        self.add_controls(header)
        for widget in (self.more, self.grip):
            header.addWidget(widget)
        return header

    def make_tag(self) -> SpareLabel | CostBadge:
        """The remark beside the name."""
        return SpareLabel(role="note")

    def add_controls(self, header: QHBoxLayout) -> None:
        """What only this kind of card has in its header."""

    def fits(self, node: Node) -> bool:
        """Whether this card can go on to show that node."""
        return node.id == self.node.id and tree.title(node) == tree.title(self.node)

    def show_node(self, node: Node, shown: Shown) -> None:
        """Show the node as it is now, and what this draw made of it."""
        self.node = node
        self.error.say("")
        self.power.setChecked(node.enabled)
        self.p.show_number(node.p)
        if self.weight is not None:
            self.weight.show_number(node.weight)
        self._show_state(shown.state(node))
        self._fold(shown)

    def _show_state(self, state: str) -> None:
        self._state = state
        set_role(self.name, "left-out" if self.left_out else "strong")
        self.power.set_faded(self.left_out)
        self.tag.setText(tr(state) if state else "")

    @property
    def left_out(self) -> bool:
        """Whether this draw goes without it."""
        return self._state in ("muted", "not drawn", "bypassed", "passed over", SKIPPED)

    @property
    def is_open(self) -> bool:
        """Whether the body is to be seen; a step that the draw left out is folded until it is asked for."""
        return self._state != "not drawn" if self._open is None else self._open

    def toggle_open(self) -> None:
        """Fold or open, and stay so."""
        self.set_open(not self.is_open)

    def set_open(self, is_open: bool) -> None:
        """Fold or open, and stay so."""
        self._open = is_open
        self._fold(None)

    def keep_open(self) -> None:
        """Whoever edits here means to go on: no draw folds this card any more."""
        if self._open is None and self.is_open:
            self._open = True

    def _fold(self, shown: Shown | None) -> None:
        """Make, fill, show or hide the body."""
        raise NotImplementedError

    def set_selected(self, selected: bool) -> None:
        """Mark the card that keys and actions mean."""
        if bool(self.property("selected")) != selected:
            self.setProperty("selected", selected)
            restyle(self)

    def set_lifted(self, lifted: bool) -> None:
        """Mark the card that is dragged."""
        if bool(self.property("lifted")) != lifted:
            self.setProperty("lifted", lifted)
            restyle(self)

    def event(self, event: QEvent) -> bool:
        """Keep this card's keys from the window's shortcuts while the focus is in it."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._command(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of `_KEYS`; the rest is for whoever the card lies in."""
        command = self._command(event)
        if command is None:
            event.ignore()
        else:
            getattr(self, command)()

    def _command(self, event: QKeyEvent) -> str | None:
        return _KEYS.get((event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, Qt.Key(event.key())))

    def move_up(self) -> None:
        """One place up."""
        self.hands.editor.move(self.node.id, -1)

    def move_down(self) -> None:
        """One place down."""
        self.hands.editor.move(self.node.id, 1)

    def remove(self) -> None:
        """Out of the chain; the neighbour is next."""
        around = tree.siblings(self.hands.editor.chain, self.node.id)
        place = around.index(self.node.id)
        following = [*around[place + 1 :], *reversed(around[:place])]
        self.hands.editor.remove(self.node.id)
        if following:
            self.hands.reveal(following[0])

    def mute(self) -> None:
        """Off if it is on, on if it is off."""
        self.hands.editor.set_power(self.node.id, not self.node.enabled)

    def move_out(self) -> None:
        """Out of its group, to behind it."""
        self._place(tree.place_outside(self.hands.editor.chain, self.node.id))

    def move_in(self) -> None:
        """Into the group above, or below."""
        self._place(tree.group_beside(self.hands.editor.chain, self.node.id))

    def _place(self, place: tuple[str, str | None] | None) -> None:
        if place is not None:
            node_id = self.node.id
            self.hands.editor.place(node_id, *place)
            self.hands.reveal(node_id)

    def toggle_lock(self) -> None:
        """Hold it to what this draw gave it, or let it go; for cards that can be locked."""

    def toggle_region(self) -> None:
        """Let it work in a region only, or everywhere again; for cards of steps."""

    def show_cost(self) -> None:
        """Say what it costs; for cards of steps."""

    def toggle_frozen(self) -> None:
        """Have it rendered before it is heard, or let it run live; for cards of steps."""

    def redraw(self) -> None:
        """Draw it anew, and nothing else."""
        try:
            self.hands.editor.redraw(self.node.id)
        except SettingError as error:
            self.say(error)

    def help(self) -> None:
        """Say what it is."""
        self.hands.help(self, self.node)

    def duplicate(self) -> None:
        """A copy behind it."""
        self.hands.reveal(self.hands.editor.duplicate(self.node.id))

    def fold(self) -> None:
        """Show the header alone."""
        self.set_open(False)

    def unfold(self) -> None:
        """Show everything."""
        self.set_open(True)

    def wrap(self, group: str) -> None:
        """Into a new group."""
        self.hands.reveal(self.hands.editor.wrap(self.node.id, group))

    def open_menu(self) -> None:
        """Everything that can be done to it."""
        self._pop_up(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the card wherever nothing else is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.grip.hold(event.globalPosition().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Bring the card along."""
        self.grip.bring(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go; a click on the name folds or opens."""
        if self.grip.let_go() and self.name.geometry().contains(event.position().toPoint()):
            self.toggle_open()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The same menu, where the right button was pressed."""
        self._pop_up(event.globalPos())

    def _pop_up(self, place: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def menu(self) -> QMenu:
        """The card's menu."""
        return menu_of(self)

    def add_state(self, menu: QMenu) -> None:
        """What only this kind of card can be."""

    def add_own(self, menu: QMenu) -> None:
        """What only this kind of card can do."""

    def say(self, error: SettingError) -> None:
        """Show in the card why something could not be."""
        said = sentence(str(error))
        self.error.say(said[:1].upper() + said[1:])


_NONE, _ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
_KEYS = {
    (_ALT, Qt.Key.Key_Up): "move_up",
    (_ALT, Qt.Key.Key_Down): "move_down",
    (_NONE, Qt.Key.Key_Delete): "remove",
    (_NONE, Qt.Key.Key_M): "mute",
    (_NONE, Qt.Key.Key_K): "toggle_lock",
    (_NONE, Qt.Key.Key_R): "toggle_region",
    (Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_F): "toggle_frozen",
    (_NONE, Qt.Key.Key_D): "redraw",
    (_NONE, Qt.Key.Key_F1): "help",
    (_ALT, Qt.Key.Key_Left): "move_out",
    (_ALT, Qt.Key.Key_Right): "move_in",
    (Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_D): "duplicate",
    (_NONE, Qt.Key.Key_Left): "fold",
    (_NONE, Qt.Key.Key_Right): "unfold",
}
