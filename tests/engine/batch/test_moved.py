"""Labels follow the sound: beside an output lie its recording's labels, where their sound went."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.batch.events import Summary
from engine.batch.finish import Finish
from engine.batch.moved import moved
from engine.batch.plan import ExportRequest, FolderTaken, plan
from engine.batch.run import run
from engine.chain import Chain, Step
from engine.clip import Segment, TimeMap
from engine.files.encode import Encoding, encode
from engine.files.labels import read
from engine.params import Setting
from engine.regions import Event, Span
from tests.support.recordings import spoken

RATE = 8000


def export(request: ExportRequest) -> tuple[Summary, list[dict[str, Any]]]:
    summary = run(plan(request), lambda _: None, lambda: False)
    lines = (Path(request.out) / "manifest.jsonl").read_text().splitlines()
    return summary, [json.loads(line) for line in lines]


@pytest.fixture
def request_(tmp_path: Path) -> ExportRequest:
    """Clicks at 0.3 and 0.7 s with their labels, a recording with a transcript, and one with nothing beside it."""
    (tmp_path / "in").mkdir()
    for name in ("a", "b", "c"):
        encode(tmp_path / "in" / f"{name}.wav", spoken(1, RATE, 1.0), RATE, Encoding("wav"))
    clicks = np.zeros((1, RATE), np.float32)
    clicks[:, [round(0.3 * RATE), round(0.7 * RATE)]] = 1
    encode(tmp_path / "in" / "a.wav", clicks, RATE, Encoding("wav"))
    (tmp_path / "in" / "a.csv").write_text("start,end,label\n0.29,0.31,first\n0.69,0.71,second\n0.7,0.7,moment\n")
    (tmp_path / "in" / "b.txt").write_text("what is said\n")
    return ExportRequest(chain=Chain(), inputs=(str(tmp_path / "in"),), out=str(tmp_path / "out"), jobs=1)


def with_steps(request: ExportRequest, *steps: Step, **changed: Any) -> ExportRequest:
    return dataclasses.replace(request, chain=Chain(steps=steps), **changed)


def step(transform: str, **settings: Setting) -> Step:
    return Step(id=transform, transform=transform, settings=tuple(settings.items()))


def peak_s(path: Path, event: Event) -> float:
    """Where in an event its output is loudest."""
    samples, rate = soundfile.read(path)
    first, end = round(event.start_s * rate), round(event.end_s * rate)
    return (first + int(np.argmax(np.abs(samples[first:end])))) / rate


def test_each_click_is_inside_its_label(request_: ExportRequest) -> None:
    slower = dataclasses.replace(step("TimeStretch", rate=0.5), region=Span(0.0, 0.5))
    _, lines = export(with_steps(request_, slower, step("Reverse"), step("Gain"), keep_original=True))
    original, line = lines[0], lines[1]
    beside = Path(request_.out) / line["labels"]
    assert (line["labels"], original["labels"]) == ("a__v1.txt", "a.orig.txt")
    assert line["labels_sha256"] == hashlib.sha256(beside.read_bytes()).hexdigest()
    events = read(beside)
    assert [event.label for event in events] == ["second", "moment", "first"]
    assert [event.start_s for event in events] == pytest.approx([0.29, 0.3, 0.88], abs=1e-4)
    for event, at in ((events[0], 0.3), (events[2], 0.9)):
        assert peak_s(beside.with_suffix(".wav"), event) == pytest.approx(at, abs=0.005)
    assert read(Path(request_.out) / original["labels"])[0] == Event(0.29, 0.31, "first")
    assert not any("labels" in line for line in lines[2:])
    assert sorted(path.name for path in Path(request_.out).glob("*.txt")) == ["a.orig.txt", "a__v1.txt"]


def test_what_was_cut_off_has_no_label(request_: ExportRequest) -> None:
    export(dataclasses.replace(request_, finish=Finish(duration_s=0.7)))
    assert read(Path(request_.out) / "a__v1.txt") == [Event(0.29, 0.31, "first"), Event(0.69, 0.7, "second")]


def test_where_nothing_is_left_of_them_the_labels_are_empty(request_: ExportRequest) -> None:
    summary, lines = export(dataclasses.replace(request_, finish=Finish(duration_s=0.2)))
    assert not summary.failed
    assert read(Path(request_.out) / lines[0]["labels"]) == []


def test_an_event_in_two_places_has_two_labels() -> None:
    rolled = TimeMap((Segment((0.0, 0.5), (0.5, 1.0)), Segment((0.5, 1.0), (0.0, 0.5))))
    found = moved([Event(0.4, 0.6, "over the seam"), Event(0.1, 0.1, "moment")], rolled, 1.0)
    assert [(event.start_s, event.end_s) for event in found] == [
        pytest.approx(ends) for ends in ((0.0, 0.1), (0.6, 0.6), (0.9, 1.0))
    ]


def test_labels_that_changed_are_written_again_and_old_ones_go(request_: ExportRequest, tmp_path: Path) -> None:
    """What is still true is kept; labels beside an output are part of it, and are the export's to take away."""
    out = Path(request_.out)
    export(request_)
    skipping = dataclasses.replace(request_, existing="skip")
    assert export(skipping)[0].kept == 3
    (out / "a__v1.txt").write_text("")
    assert export(skipping)[0].kept == 2
    assert len(read(out / "a__v1.txt")) == 3
    (tmp_path / "in" / "a.csv").write_text("start,end,label\n0.5,0.6,other\n")
    assert export(skipping)[0].kept == 2
    assert read(out / "a__v1.txt") == [Event(0.5, 0.6, "other")]
    (tmp_path / "in" / "a.csv").unlink()
    _, lines = export(dataclasses.replace(request_, existing="overwrite"))
    assert "labels" not in lines[0]
    assert not list(out.glob("*.txt"))


def test_a_file_of_the_users_is_in_the_way(request_: ExportRequest) -> None:
    Path(request_.out).mkdir()
    (Path(request_.out) / "a__v1.txt").write_text("mine")
    with pytest.raises(FolderTaken, match=r"a__v1\.txt exists already"):
        plan(request_)
