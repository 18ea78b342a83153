"""Label files: what Audacity, Raven and tables say comes out as events; what they cannot say is refused by its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.files import labels
from engine.files.refused import FileRefused
from engine.regions import Event, Labels

BIRD, CALL = Event(0.5, 1.25, "bird"), Event(2.0, 2.0, "call, loud")

FILES = {
    "audacity.txt": "0.500000\t1.250000\tbird\n\\\t1000.0\t5000.0\n2.0\t2.0\tcall, loud\n",
    "comma.txt": "0,500000\t1,250000\tbird\n2,0\t2,0\tcall, loud\n",
    "marked.csv": '\ufeffstart,end,label\n0.5,1.25,bird\n2,2,"call, loud"\n',
    "dcase.csv": "filename\tonset\toffset\tevent_label\na.wav\t0.5\t1.25\tbird\na.wav\t2.0\t2.0\tcall, loud\n",
    "semicolons.csv": "Label;Start;Duration\nbird;0,5;0,75\n\ncall, loud;2;0\n",
    "clock.tsv": "start\tend\tname\n0:00.5\t00:00:01.25\tbird\n0 days 00:00:02\t0:02\tcall, loud\n",
    "bare.csv": '0.5,1.25,bird\n2.0,2.0,"call, loud"\n',
    "spaces.txt": "# by hand\n0.5 1.25 bird\n2.0 2.0 call, loud\n",
    "birdnet.BirdNET.results.csv": "Start (s),End (s),Scientific name,Common name,Confidence\n"
    '0.5,1.25,Aves,bird,0.9\n2,2,Canis,"call, loud",0.8\n',
    "birdclef.csv": "Filename,Start Time (s),End Time (s),Low Freq (Hz),Species eBird Code\n"
    'a.ogg,0.5,1.25,100,bird\na.ogg,2,2,100,"call, loud"\n',
    "fewshot.csv": 'Audiofilename,Starttime,Endtime,Q\na.wav,0.5,1.25,bird\na.wav,2.0,2.0,"call, loud"\n',
    "raven.Table.1.selections.txt": "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tSpecies\n"
    "1\tSpectrogram 1\t1\t0.5\t1.25\t1000\tbird\n2\tSpectrogram 1\t1\t2.0\t2.0\t1000\tcall, loud\n",
}


@pytest.mark.parametrize("name", FILES)
def test_events_of_every_tool(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name].replace("\n", "\r\n").encode())
    recording = tmp_path / f"{name.partition('.')[0]}.wav"
    assert labels.beside(recording) == Labels((BIRD, CALL), name)


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_text_may_be_coded_as_programs_of_windows_do(tmp_path: Path, coding: str) -> None:
    mark = "\ufeff" if coding == "utf-16-be" else ""
    (tmp_path / "x.txt").write_bytes((mark + "1\t2\tSégolène\n").encode(coding))
    assert labels.read(tmp_path / "x.txt") == [Event(1, 2, "Ségolène")]


def test_what_is_written_for_audacity_reads_back(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(labels.audacity((BIRD, CALL, Event(3, 4, "two\nlines"))))
    assert labels.read(tmp_path / "x.txt") == [BIRD, CALL, Event(3, 4, "two lines")]


def test_no_file_and_an_empty_one_have_no_events(tmp_path: Path) -> None:
    assert labels.beside(tmp_path / "x.wav") == Labels()
    assert labels.beside("") == Labels()
    assert labels.stamp(tmp_path / "x.wav") == ()
    (tmp_path / "x.txt").write_text("\n")
    assert labels.beside(tmp_path / "x.wav") == Labels((), "x.txt")
    before = labels.stamp(tmp_path / "x.wav")
    (tmp_path / "x.txt").write_text("1\t2\ta\n")
    assert labels.stamp(tmp_path / "x.wav") != before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a transcript of what is said", "x.txt line 1: is neither a label .* nor a header"),
        ("1\t2\ta\nx\t3\tb\n", "x.txt line 2: 'x' is no time; a line is: start, end and label"),
        ("1\t2\ta\n\n3\n", "x.txt line 3: a time is missing"),
        ("1\t2\ta\n5\t3\tb\n", "x.txt line 2: the end 3 s lies before the start 5 s"),
        ("start,end\n1,nan\n", "x.txt line 2: 'nan' is no time"),
        ("start\tlabel\n1\ta\n", "x.txt line 1: is neither a label"),
        ("\udcff\udcfe1", "x.txt is no label file: it is not text in UTF-8"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "x.txt").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(FileRefused, match=words):
        labels.beside(tmp_path / "x.wav")


def test_a_label_file_has_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.txt").write_text("1\t2\ta\n" * 50)
    monkeypatch.setattr(labels, "EVENTS_MAX", 20)
    with pytest.raises(FileRefused, match="has 50 events, and up to 20 are taken"):
        labels.beside(tmp_path / "x.wav")
    monkeypatch.setattr(labels, "BYTES_MAX", 100)
    with pytest.raises(FileRefused, match="is larger than"):
        labels.beside(tmp_path / "x.wav")
