"""A step's region in words."""

from __future__ import annotations

from engine.params import Options, Range, Setting, Value
from engine.regions import Events, Times, Where

from ..words import tr


def seconds_words(setting: Setting) -> str:
    """A time, or the times it is drawn from, to the millisecond."""
    if isinstance(setting, Range):
        return tr("{count} s", count=f"{_plain(setting.low)} … {_plain(setting.high)}")
    values = setting.values if isinstance(setting, Options) else (setting,)
    return tr("{count} s", count=", ".join(map(_plain, values)))


def where_words(where: Where) -> str:
    """Where a drawn step works."""
    if where.events is not None:
        return events_words(where.events)
    return " · ".join(map(times_words, where.spans or ()))


def times_words(times: Times) -> str:
    """From one time to another."""
    start, end = times
    if end is None:
        return tr("from {start} s on", start=_plain(start))
    return tr("from {start} to {end} s", start=_plain(start), end=_plain(end))


def events_words(events: Events) -> str:
    """In which events, or outside of which."""
    labels = ", ".join(events.labels)
    if events.outside:
        return tr("outside events labelled {labels}", labels=labels) if labels else tr("outside events")
    return tr("in events labelled {labels}", labels=labels) if labels else tr("in events")


def _plain(value: Value) -> str:
    return f"{float(value):.3f}".rstrip("0").rstrip(".")
