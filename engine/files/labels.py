"""The labels beside a recording: `x.txt` or `x.csv` for `x.wav`, as annotation tools write them.

Read are Audacity's label tracks (start, end and label between tabs; the lines of frequency ranges that begin with a
backslash are passed over), Raven's selection tables, the same three between spaces, and tables with a header that names
the columns of start, end (or duration) and label, between commas, semicolons or tabs. Times are seconds, or hours,
minutes and seconds. Lines that begin with a hash sign are remarks. Text is UTF-8, or UTF-16 that says so.
"""

from __future__ import annotations

import codecs
import csv
import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..regions import Event, Labels
from .refused import AnyPath, refused

ENDINGS = (
    ".txt", ".csv", ".tsv", ".Table.1.selections.txt", ".selections.txt", ".BirdNET.selection.table.txt",
    ".BirdNET.results.csv",
)  # fmt: skip
"""What a recording's label file ends in, in place of the recording's own ending; the first that is there is read."""

BYTES_MAX = 16 * 2**20
EVENTS_MAX = 100_000

_STARTS = ["start", "starttime", "onset", "begin", "from", "tmin", "xmin"]
_ENDS = ["end", "endtime", "offset", "stop", "to", "tmax", "xmax"]
_LENGTHS = ["duration", "length"]
_NAMES = [
    "label", "event", "class", "category", "name", "annotation", "species", "text", "tag", "commonname",
    "speciesebirdcode", "ebirdcode", "speciescode", "scientificname", "q",
]  # fmt: skip
_BESIDE = re.compile(r"\(.*\)|\b(time|s|sec|seconds)\b|(?<= )label\b")
"""What a column's name may have beside the word that is looked for: `Begin Time (s)`, `start_time`, `event_label`."""
_CLOCK = re.compile(r"(?:(?:0 days )?(\d+):)?(\d+):(\d+(?:\.\d*)?)\Z")


def beside(path: AnyPath) -> Labels:
    """The labels of a recording, none where no file holds them; raises `FileRefused` for one that cannot be read."""
    found = file_beside(path)
    return Labels() if found is None else Labels(tuple(read(found)), found.name)


def file_beside(path: AnyPath) -> Path | None:
    """The label file of a recording."""
    recording = Path(path)
    named = (recording.with_name(recording.stem + ending) for ending in ENDINGS if recording.name)
    return next((file for file in named if file.is_file() and file != recording), None)


def stamp(path: AnyPath) -> tuple[object, ...]:
    """What changes when the label file of a recording comes, goes or is written anew."""
    file = file_beside(path)
    try:
        facts = None if file is None else os.stat(file)
    except OSError:
        facts = None
    return () if facts is None else (str(file), facts.st_mtime_ns, facts.st_size)


def read(path: AnyPath) -> list[Event]:
    """The events of a label file, in its order; raises `FileRefused` that names the file and the line."""
    lines = [(number, line) for number, line in enumerate(_text(path).splitlines(), start=1) if _says(line)]
    if not lines:
        return []
    sign = _between(lines[0][1])
    rows = ((number, _cells(line, sign)) for number, line in lines)
    columns = _columns(path, _cells(lines[0][1], sign))
    if columns.header:
        next(rows)
    events = [columns.event(path, number, cells) for number, cells in rows]
    if len(events) > EVENTS_MAX:
        raise refused(path, f"has {len(events):,} events, and up to {EVENTS_MAX:,} are taken; split the recording")
    return events


def audacity(events: Sequence[Event]) -> str:
    """Events as a label track that Audacity imports, one a line."""
    lines = (f"{event.start_s:.6f}\t{event.end_s:.6f}\t{' '.join(event.label.split())}\n" for event in events)
    return "".join(lines)


def _text(path: AnyPath) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read(BYTES_MAX + 1)
        if len(data) > BYTES_MAX:
            raise refused(path, f"is larger than {BYTES_MAX // 2**20} MB, the most a label file may be")
        is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise refused(path, "is no label file: it is not text in UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise refused(path, f"cannot be read ({error.strerror or error})") from None


def _says(line: str) -> bool:
    """Whether a line is an event: not empty, no remark, and not the frequency range of the one before it."""
    return bool(line.strip()) and not line.startswith(("\\", "#"))


def _between(line: str) -> str:
    """What stands between the cells: spaces, where it is nothing else."""
    return next((sign for sign in "\t;," if sign in line), " ")


def _cells(line: str, sign: str) -> list[str]:
    if sign == "\t":  # neither Audacity nor Raven puts anything in quotation marks
        return [cell.strip() for cell in line.split(sign)]
    if sign == " ":
        return line.split(maxsplit=2)
    return [cell.strip() for cell in next(csv.reader([line], delimiter=sign))]


@dataclass(frozen=True)
class _Columns:
    """Where in a line the times and the label are; a `length` stands for the end where there is no end."""

    start: int
    end: int
    label: int | None
    length: bool = False
    header: bool = False

    def event(self, path: AnyPath, number: int, cells: Sequence[str]) -> Event:
        start, end = (self._time(path, number, cells, place) for place in (self.start, self.end))
        end = start + end if self.length else end
        if end < start:
            raise refused(path, f"line {number}: the end {end:g} s lies before the start {start:g} s; swap them")
        label = cells[self.label] if self.label is not None and self.label < len(cells) else ""
        return Event(start, end, label)

    def _time(self, path: AnyPath, number: int, cells: Sequence[str], place: int) -> float:
        cell = cells[place] if place < len(cells) else ""
        found = _seconds(cell)
        if found is None:
            said = f"{cell[:40]!r} is no time" if cell else "a time is missing"
            raise refused(path, f"line {number}: {said}; a line is: start, end and label, the times in seconds")
        return found


def _columns(path: AnyPath, first: Sequence[str]) -> _Columns:
    """The columns by the first line: by its words if it is a header, else start, end, label."""
    if _seconds(first[0]) is not None:
        return _Columns(0, 1, 2)
    words = ["".join(_BESIDE.sub("", cell.casefold().replace("_", " ")).split()) for cell in first]
    start, end, length, label = (_place(words, known) for known in (_STARTS, _ENDS, _LENGTHS, _NAMES))
    if start is None or (end is None and length is None):
        raise refused(
            path,
            "line 1: is neither a label (start, end and label, between tabs) nor a header that names the columns "
            "start, end and label",
        )
    if end is not None:
        return _Columns(start, end, label, header=True)
    return _Columns(start, length or 0, label, length=True, header=True)


def _place(words: Sequence[str], known: Sequence[str]) -> int | None:
    return next((words.index(word) for word in known if word in words), None)


def _seconds(cell: str) -> float | None:
    """A time of a cell, None if it is none; Audacity writes a comma in some languages."""
    clock = _CLOCK.match(cell)
    if clock is not None:
        hours, minutes, seconds = clock.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
    try:
        found = float(cell.replace(",", "."))
    except ValueError:
        return None
    return max(found, 0.0) if math.isfinite(found) else None


@dataclass(frozen=True)
class ReadLabels:
    """Read the labels beside a recording, in a worker."""

    path: str

    def run(self) -> Labels:
        """The labels; raises `FileRefused`."""
        return beside(self.path)
