"""Regions: where a step works, as a span of the source's time or as the events of the labels beside the source.

A chain stores a `Region`; a draw makes a `Where` of it, with the times in seconds of the source. Where these are those
of events, they are found with the source's `Labels` and stay in the recipe, which needs no label file from then on.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from .params import Number, Options, Range, Setting, SettingError

if TYPE_CHECKING:
    from .draws import Key

SECONDS_MAX = 24 * 3600.0
LABELS_MAX = 100
LABEL_MAX = 200
ALL = "all"
"""The word for events whatever their label."""

START = Number(
    name="start_s", default=0.0, low=0.0, high=SECONDS_MAX, unit="s", typical=(0.0, 2.0),
    help="Where the step begins to work, in the recording's own time.",
)  # fmt: skip
END = Number(
    name="end_s", default=1.0, low=0.0, high=SECONDS_MAX, unit="s", typical=(1.0, 3.0),
    help="Where the step ends to work, in the recording's own time; empty for the recording's end.",
)  # fmt: skip

Times: TypeAlias = tuple[float, float | None]
"""From a time of the source to another, in seconds; None is the source's end."""


@dataclass(frozen=True)
class Event:
    """A stretch of a source that has a label, in seconds."""

    start_s: float
    end_s: float
    label: str = ""


@dataclass(frozen=True)
class Labels:
    """The events of a source, and the name of the file beside it that they were read from; empty if there is none."""

    events: tuple[Event, ...] = ()
    file: str = ""


@dataclass(frozen=True)
class Span:
    """Between two times of the source, each a value or drawn, or `outside` of them; no end is the source's end."""

    start_s: Setting = 0.0
    end_s: Setting | None = None
    outside: bool = False

    def checked(self) -> Span:
        """The span with its settings in their canonical form; raises `SettingError`."""
        start = _checked(START, self.start_s)
        end = None if self.end_s is None else _checked(END, self.end_s)
        if _is_plain(start) and _is_plain(end) and not start < end:  # type: ignore[operator]  # both are numbers
            raise SettingError(f"region: the end, {end:g} s, must lie after the start, {start:g} s")
        if self.outside and start == 0 and end is None:
            raise SettingError("region: nothing is outside of the whole recording; give start_s or end_s")
        return Span(start, end, self.outside)

    def drawn(self, key: Key) -> Where:
        """The span with concrete times, in order."""
        start = float(START.draw(self.start_s, key.uniform("region", START.name)))
        if self.end_s is None:
            return Where(((0.0, start),) if self.outside else ((start, None),))
        end = float(END.draw(self.end_s, key.uniform("region", END.name)))
        times = min(start, end), max(start, end)
        return Where(_between(_united([times])) if self.outside else (times,))


@dataclass(frozen=True)
class Events:
    """Inside the events of these labels, or `outside` of them; no label means every event."""

    labels: tuple[str, ...] = ()
    outside: bool = False

    def checked(self) -> Events:
        """The same with labels as they are compared; raises `SettingError`."""
        labels = tuple(label.strip() for label in self.labels)
        if any(not label or len(label) > LABEL_MAX or not label.isprintable() for label in labels):
            raise SettingError(f"region: a label is a word of 1 to {LABEL_MAX} printable characters")
        if len(labels) > LABELS_MAX:
            raise SettingError(f"region: takes up to {LABELS_MAX} labels, not {len(labels)}")
        return replace(self, labels=labels)

    def drawn(self, key: Key) -> Where:
        """The same for every draw: what the events are is the source's to say."""
        return Where(None, self)

    def times(self, events: Iterable[Event]) -> tuple[Times, ...]:
        """The times of those events that are meant, put together where they overlap, or the times between them."""
        wanted = {label.casefold() for label in self.labels}
        meant = [event for event in events if not wanted or event.label.strip().casefold() in wanted]
        found = _united([(event.start_s, event.end_s) for event in meant])
        return _between(found) if self.outside else tuple(found)


Region: TypeAlias = Span | Events


@dataclass(frozen=True)
class Where:
    """Where a drawn step works, in seconds of the source.

    `spans` is None while the labels of `events` have not been read; `file` is where they were found, empty if nowhere.
    """

    spans: tuple[Times, ...] | None
    events: Events | None = None
    file: str = ""

    def found(self, labels: Labels) -> Where:
        """The same with the times of the events; none where the source has no label file."""
        if self.events is None or self.spans is not None:
            return self
        return replace(self, spans=self.events.times(labels.events) if labels.file else (), file=labels.file)

    @property
    def idle(self) -> str:
        """Why the step does nothing in this source; empty if it does something."""
        if self.events is None or self.spans != ():
            return ""
        if not self.file:
            return "there is no label file beside the recording"
        if self.events.outside:
            return f"the events of {self.file} leave nothing outside of them"
        if self.events.labels:
            return f"{self.file} has no event labelled {' or '.join(self.events.labels)}"
        return f"{self.file} has no event"

    def to_data(self) -> dict[str, Any]:
        """As plain data for a recipe."""
        spans = None if self.spans is None else [list(times) for times in self.spans]
        if self.events is None:
            return {"spans": spans}
        return events_data(self.events) | {"file": self.file, "spans": spans}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Where:
        """Read what `to_data` wrote; raises KeyError, TypeError or ValueError."""
        spans = data["spans"]
        times = None if spans is None else tuple(_times(span) for span in spans)
        return cls(times, events_from(data) if "events" in data else None, str(data.get("file", "")))


def events_data(events: Events) -> dict[str, Any]:
    """As plain data for a preset."""
    return {"events": list(events.labels) or ALL} | _outside_data(events)


def _outside_data(region: Region) -> dict[str, Any]:
    return {"outside": True} if region.outside else {}


def _outside_from(data: Mapping[str, Any]) -> bool:
    outside = data.get("outside", False)
    if not isinstance(outside, bool):
        raise SettingError(f"region: outside must be true or false, not {outside!r}")
    return outside


def events_from(data: Mapping[str, Any]) -> Events:
    """Read what `events_data` wrote or a person typed; raises `SettingError`."""
    named = data["events"]
    labels = () if named == ALL else (named,) if isinstance(named, str) else named
    if not isinstance(labels, list | tuple) or not all(isinstance(label, str) for label in labels):
        raise SettingError(f"region: events is written {ALL}, a label or a list of labels (text, in quotation marks)")
    if named == []:
        raise SettingError(f"region: events has an empty list of labels; write events: {ALL} for every event")
    return Events(tuple(labels), _outside_from(data)).checked()


def span_data(span: Span) -> dict[str, Any]:
    """As plain data for a preset."""
    data: dict[str, Any] = {START.name: START.to_data(span.start_s)}
    end = {} if span.end_s is None else {END.name: END.to_data(span.end_s)}
    return data | end | _outside_data(span)


def span_from(data: Mapping[str, Any]) -> Span:
    """Read what `span_data` wrote or a person typed; raises `SettingError`."""
    start = _read(START, data[START.name]) if START.name in data else START.default
    end = _read(END, data[END.name]) if END.name in data else None
    return Span(start, end, _outside_from(data)).checked()


def _read(number: Number, data: object) -> Setting:
    try:
        return number.from_data(data)
    except SettingError as error:
        raise SettingError(f"region: {number.name} {error}") from None


def _checked(number: Number, setting: Setting) -> Setting:
    try:
        return number.check(setting)
    except SettingError as error:
        raise SettingError(f"region: {number.name} {error}") from None


def _is_plain(setting: Setting | None) -> bool:
    return setting is not None and not isinstance(setting, Range | Options)


def _times(span: Sequence[Any]) -> Times:
    start, end = span
    times = float(start), None if end is None else float(end)
    if not all(math.isfinite(time) for time in times if time is not None):
        raise ValueError(f"a region's times are not numbers: {span}")
    return times


def _united(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """In order, those that overlap or touch as one, without those that are empty."""
    found: list[tuple[float, float]] = []
    for start, end in sorted(span for span in spans if span[1] > span[0]):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _between(spans: Sequence[tuple[float, float]]) -> tuple[Times, ...]:
    """What is left of a source without these spans, which are in order and apart."""
    starts = [0.0, *(end for _, end in spans)]
    ends: list[float | None] = [*(start for start, _ in spans), None]
    return tuple((start, end) for start, end in zip(starts, ends, strict=True) if end is None or end > start)
