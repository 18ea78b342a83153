"""Labels follow the sound: beside each output of a recording that has labels lie those labels, moved as its sound was.

They are written as a label track of Audacity, under the output's name. A file beside the recording that holds no labels
(a transcript under the same name) is no reason to refuse the recording: it has none then.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ..files.encode import sha256_of
from ..files.labels import audacity, file_beside, read, stamp
from ..files.refused import FileRefused
from ..regions import Event
from ..whole import write_whole

if TYPE_CHECKING:
    from ..clip import TimeMap


def name_beside(output: str) -> str:
    """Where the labels of an output lie, below the same folder."""
    return str(PurePosixPath(output).with_suffix(".txt"))


def source_of(path: str) -> dict[str, Any]:
    """What decides the labels of a recording's outputs, as a manifest says it; nothing where it has none."""
    _, digest = _read(path, stamp(path))
    return {"labels_of": digest} if digest else {}


def write(path: str, folder: str, output: str, time_map: TimeMap, duration_s: float) -> dict[str, Any]:
    """Write the labels of a recording beside its output, if it has any; gives what the manifest says of them."""
    events, digest = _read(path, stamp(path))
    if not digest:
        return {}
    text = audacity(moved(events, time_map, duration_s))
    write_whole(Path(folder, name_beside(output)), text, durable=False)
    return {"labels": name_beside(output), "labels_sha256": _hash(text.encode())}


def are_there(folder: str, line: Any) -> bool:
    """Whether the labels that a manifest's line tells of are what was written."""
    if "labels" not in line:
        return True
    path = Path(folder, str(line["labels"]))
    return path.is_file() and _hash(path.read_bytes()) == line.get("labels_sha256")


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def moved(events: Iterable[Event], time_map: TimeMap, duration_s: float) -> list[Event]:
    """Events where their sound went, one for each place that it has there; what was cut off is gone."""
    found = [
        Event(first, min(end, duration_s), event.label)
        for event in events
        for first, end in _places(event, time_map)
        if first < duration_s
    ]
    return sorted(found, key=lambda event: (event.start_s, event.end_s))


def _places(event: Event, time_map: TimeMap) -> list[tuple[float, float]]:
    """Where an event went; one without a length stays a moment."""
    if event.end_s > event.start_s:
        return time_map.places(event.start_s, event.end_s)
    return [(moment, moment) for moment in time_map.moments(event.start_s)]


@lru_cache(maxsize=4)
def _read(path: str, _stamp: object) -> tuple[tuple[Event, ...], str]:
    """The events beside a recording and the hash of their file, empty without any; read once for all its outputs."""
    file = file_beside(path)
    try:
        events = () if file is None else tuple(read(file))
    except FileRefused:
        events = ()
    return (events, sha256_of(file)) if file is not None and events and os.path.isfile(file) else ((), "")
