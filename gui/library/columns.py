"""The columns of the list: what each shows, sorts by and means. A recording's level is known once it was decoded."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.project import Source

from ..numbers import signed
from ..words import mark

UNKNOWN = "–"
Peaks = Mapping[str, float]
"""The largest sample of recordings in dBFS, by path; those that were not decoded yet are not in it."""


@dataclass(frozen=True)
class Column:
    """One column. `sample` is the longest that is usual in it, empty where the width comes from what is in it."""

    name: str
    title: str
    hint: str
    sample: str
    text: Callable[[Source, Peaks], str]
    key: Callable[[Source, Peaks], Any]
    shown: bool = True


def file_name(source: Source) -> str:
    """The recording's name without its folders."""
    return source.source_id.rpartition("/")[2]


def duration_s(source: Source) -> float:
    """The length in seconds, 0 where the file does not say."""
    return (source.info.duration_s or 0.0) if source.info is not None else 0.0


def duration_words(source: Source) -> str:
    """The length as it stands in a list: seconds to the hundredth, minutes and hours from one on."""
    if source.info is None or source.info.duration_s is None:
        return UNKNOWN
    seconds = source.info.duration_s
    if seconds < 60:
        return f"{seconds:.2f}"
    minutes, hours = int(seconds // 60), int(seconds // 3600)
    return f"{hours}:{minutes % 60:02d}:{int(seconds % 60):02d}" if hours else f"{minutes}:{int(seconds % 60):02d}"


def rate_words(source: Source) -> str:
    """The sample rate in kHz."""
    return UNKNOWN if source.info is None else f"{source.info.sample_rate / 1000:g} kHz"


def level_words(source: Source, peaks: Peaks) -> str:
    """The largest sample in dBFS, empty until it is known."""
    peak = peaks.get(source.path)
    if peak is None or source.error:
        return ""
    return "−∞" if peak == -math.inf else signed(peak)


def _rate(source: Source, _: Peaks) -> int:
    return source.info.sample_rate if source.info is not None else 0


def _channels(source: Source, _: Peaks) -> int:
    return source.info.channels if source.info is not None else 0


COLUMNS = (
    Column(
        "name", mark("Name"), mark("The file's name; folders first where the list is flat"), "",
        lambda source, _: file_name(source), lambda source, _: source.source_id.casefold(),
    ),
    Column(
        "label", mark("Label"), mark("What the recording is of: its folder's name, or what you set"), "",
        lambda source, _: source.label, lambda source, _: source.label.casefold(),
    ),
    Column(
        "length", mark("Length"), mark("Seconds; minutes and hours from one on"), "0:00:00",
        lambda source, _: duration_words(source), lambda source, _: duration_s(source),
    ),
    Column(
        "rate", mark("Rate"), mark("Sample rate of the file"), "44.1 kHz",
        lambda source, _: rate_words(source), _rate, shown=False,
    ),
    Column(
        "channels", mark("Ch."), mark("Number of channels"), "00",
        lambda source, _: str(_channels(source, _)) if source.info is not None else UNKNOWN, _channels, shown=False,
    ),
    Column(
        "level", mark("Level"), mark("Largest sample, in dBFS; known once the recording was decoded behind the window"),
        "−100.0", level_words, lambda source, peaks: peaks.get(source.path, math.inf), shown=False,
    ),
)  # fmt: skip
BY_NAME = {column.name: column for column in COLUMNS}
