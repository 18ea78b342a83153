"""The line of a card that says where in the recording its step works, and lets it be changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.params import Number, Options, Range, Setting, SettingError
from engine.regions import END, START, Events, Labels, Region, Span, Where

from ..rows.region_words import seconds_words, where_words
from ..widgets.buttons import IconButton
from ..widgets.combo import QuietCombo
from ..widgets.entry import Entry
from ..widgets.gesture import Gesture
from ..widgets.labels import ElidedLabel, ErrorLabel, label
from ..widgets.scale import read_setting, typed
from ..words import mark, sentence, tr, trn

STEP_S, FINE_S = 0.1, 0.01
DIGITS = 4
"""A time that was not typed is kept to a tenth of a millisecond."""
NEW = Span(0.0, 1.0)
WAYS = (mark("Between"), mark("Except between"), mark("In events"), mark("Outside events"))
BETWEEN, EXCEPT, IN_EVENTS, OUTSIDE = range(4)

Selection = Callable[[], tuple[float, float] | None]


def span_of(selection: tuple[float, float] | None) -> Span:
    """The region that is offered first: what is selected, else the first second."""
    return NEW if selection is None else Span(round(selection[0], DIGITS), round(selection[1], DIGITS))


class RegionLine(QWidget):
    """Two times, or the events of labels; `edited` gives the region, checked, and its gesture, None to remove it."""

    edited = Signal(object, int)

    def __init__(self, step: str, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.region: Region = NEW
        self._selection = selection
        self._gesture = Gesture()
        self.way = QuietCombo(tr("{step}: where it works", step=step))
        self.way.setProperty("role", "value")
        self.way.setToolTip(tr("Between two times of the recording, or by the labels beside it"))
        self.way.addItems([tr(way) for way in WAYS])
        self.way.activated.connect(self._choose)
        self.start = self._time_entry(START, tr("{step}: start of its region", step=step))
        self.end = self._time_entry(END, tr("{step}: end of its region", step=step))
        self.end.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.dash = label("–", "dim")
        self.labels = Entry(tr("{step}: labels of its events", step=step), "range")
        self.labels.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.labels.setToolTip(tr("The label of the events, or several with commas; empty for every event"))
        self.labels.entered.connect(self._labels_typed)
        self.take = IconButton("selection", tr("{step}: work in what is selected in the views", step=step))
        self.take.clicked.connect(self.take_selection)
        self.remove = IconButton("x", tr("{step}: work everywhere again (R)", step=step))
        self.remove.clicked.connect(lambda: self.edited.emit(None, self._gesture.begin()))
        self.note = ElidedLabel(role="note")
        self.error = ErrorLabel()
        self._lay_out()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(3)
        line.addWidget(self.way)
        for widget, stretch in ((self.start, 1), (self.dash, 0), (self.end, 1), (self.labels, 1)):
            line.addWidget(widget, stretch)
        line.addWidget(self.take)
        line.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 0, 0, 2)
        column.setSpacing(1)
        column.addLayout(line)
        column.addWidget(self.note)
        column.addWidget(self.error)

    def _time_entry(self, number: Number, name: str) -> Entry:
        entry = Entry(name, "range")
        entry.setMinimumWidth(44)
        entry.setToolTip(f"{tr(number.help)}\n{tr('Type a value, a range such as 1..2 or a list such as 1, 2')}")
        entry.entered.connect(lambda text: self._time_typed(entry, text))
        entry.stepped.connect(lambda steps, fine: self._time_stepped(entry, steps * (FINE_S if fine else STEP_S)))
        return entry

    def show_region(self, region: Region, drawn: Where | None, labels: Labels | None, trouble: str) -> None:
        """Show a region, what this draw made of it, and what the recording's labels are; None before they are read."""
        self.region = region
        is_span = isinstance(region, Span)
        self.error.say("" if is_span else sentence(trouble))
        for widget in (self.start, self.dash, self.end, self.take):
            widget.setVisible(is_span)
        self.labels.setVisible(not is_span)
        if isinstance(region, Span):
            self.way.setCurrentIndex(EXCEPT if region.outside else BETWEEN)
            end = tr("the end") if region.end_s is None else seconds_words(region.end_s)
            self.start.show_value(seconds_words(region.start_s), typed(region.start_s))
            self.end.show_value(end, "" if region.end_s is None else typed(region.end_s))
        else:
            self.way.setCurrentIndex(OUTSIDE if region.outside else IN_EVENTS)
            named = ", ".join(region.labels)
            self.labels.show_value(named or tr("every event"), named)
        self._note(_note(region, drawn, labels))

    def _note(self, words: str) -> None:
        self.note.setText(words)
        self.note.set_hint(words)
        self.note.setVisible(bool(words))

    def take_selection(self) -> None:
        """Work in what is selected in the views."""
        selection = self._selection()
        if selection is None:
            self.error.say(tr("Nothing is selected: drag over a waveform first."))
        else:
            self._edit(replace(span_of(selection), outside=self.region.outside))

    def _choose(self, way: int) -> None:
        if way in (BETWEEN, EXCEPT):
            span = self.region if isinstance(self.region, Span) else span_of(self._selection())
            self._edit(replace(span, outside=way == EXCEPT))
        else:
            labels = self.region.labels if isinstance(self.region, Events) else ()
            self._edit(Events(labels, way == OUTSIDE))

    def _labels_typed(self, text: str) -> None:
        if isinstance(self.region, Events):
            named = tuple(part.strip() for part in text.split(",") if part.strip())
            self._edit(replace(self.region, labels=named))

    def _time_typed(self, entry: Entry, text: str) -> None:
        try:
            self._set_time(entry, self._read(entry, text))
        except SettingError as error:
            entry.set_wrong(True)
            self._refuse(error)
            return
        entry.set_wrong(False)

    def _read(self, entry: Entry, text: str) -> Setting | None:
        if entry is self.end and not text.strip():
            return None
        return read_setting(START if entry is self.start else END, text)

    def _time_stepped(self, entry: Entry, by_s: float) -> None:
        assert isinstance(self.region, Span)
        setting = self.region.start_s if entry is self.start else self.region.end_s
        if setting is not None and not isinstance(setting, Range | Options):
            at = min(max(round(float(setting) + by_s, DIGITS), START.low), START.high)
            self._set_time(entry, at, self._gesture.go_on())

    def _set_time(self, entry: Entry, setting: Setting | None, gesture: int | None = None) -> None:
        if isinstance(self.region, Span):
            start = self.region.start_s if entry is self.end or setting is None else setting
            end = setting if entry is self.end else self.region.end_s
            self._edit(Span(start, end, self.region.outside), gesture)

    def _edit(self, region: Region, gesture: int | None = None) -> None:
        """Pass a change on, or say in one sentence why it cannot be."""
        try:
            checked = region.checked()
        except SettingError as error:
            self._refuse(error)
            return
        self.error.say("")
        self.edited.emit(checked, self._gesture.begin() if gesture is None else gesture)

    def _refuse(self, error: SettingError) -> None:
        said = sentence(str(error).removeprefix("region: "))
        self.error.say(said[:1].upper() + said[1:])


def _note(region: Region, drawn: Where | None, labels: Labels | None) -> str:
    """What is to be said of this draw and this recording."""
    if isinstance(region, Span):
        ranged = any(isinstance(end, Range | Options) for end in (region.start_s, region.end_s))
        return tr("This draw: {times}", times=where_words(drawn)) if ranged and drawn is not None else ""
    if labels is None:
        return ""
    found = Where(None, region).found(labels)
    if found.idle:
        return tr("Does nothing here: {reason}", reason=sentence(found.idle))
    return trn("1 stretch, by {file}", "{count} stretches, by {file}", len(found.spans or ()), file=labels.file)
