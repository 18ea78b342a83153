"""Sessions: what is written reads back equal, wherever it moved with its recordings, and what is wrong is said."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import engine
from engine import session
from engine.chain import Chain
from engine.files.encode import Encoding, encode
from engine.library import ScanRequest
from engine.listening import Outcome
from engine.project import Project, Source
from engine.session import SessionError
from tests.support.chains import chains
from tests.support.recordings import spoken, write_folder, write_text_as_wav


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A library of a folder beside the session and one elsewhere, with a chain, a bank and a draw."""
    inside, outside = write_folder(tmp_path / "work" / "words", each=2), write_folder(tmp_path / "far" / "more", each=1)
    found = ScanRequest((str(inside), str(outside))).run()
    chain = engine.load_chain("birdclef")
    made = Project(chain=chain, preset="birdclef", seed=7, variant=3, frozen=frozenset({chain.steps[0].id}))
    return dataclasses.replace(made.with_sources(found), selected=found[2].path).with_bank("background", str(outside))


def test_everything_reads_back_equal(project: Project, tmp_path: Path) -> None:
    session.write(tmp_path / "work" / "mine.variophone", project, "/somewhere/else.variophone")
    saved = session.read(tmp_path / "work" / "mine.variophone")
    assert saved.project == project
    assert saved.origin == "/somewhere/else.variophone"
    assert [path.name for path in (tmp_path / "work").iterdir() if path.is_file()] == ["mine.variophone"]


def test_both_chains_read_back_and_one_alone_is_written_as_ever(project: Project, tmp_path: Path) -> None:
    """A document with one chain stays readable for every release; what a test said is kept in both places."""
    path = tmp_path / "mine.variophone"
    session.write(path, project)
    assert json.loads(path.read_text())["variophone"] == 1
    tested = project.chain.with_test(Outcome("2026-01-31", "original", 16, 14, "0123456789abcdef"))
    both = dataclasses.replace(project.showing("B"), chain=tested, preset="")
    session.write(path, both)
    saved = session.read(path).project
    assert saved == both
    assert saved.letter == "B"
    assert saved.showing("A").chain == project.chain
    data = json.loads(path.read_text())
    for change, words in (
        ({"letter": "C"}, '"letter" must be one of A, B'),
        ({"aside": {"preset": "", "chain": data["chain"], "run": ""}}, "'run', which is not known"),
        ({"aside": {"preset": ""}}, "is not a preset"),
    ):
        path.write_text(json.dumps(data | change))
        refuses(path, words)


def test_no_part_of_the_document_is_forgotten() -> None:
    """Whoever adds a field to the document finds here that the session must hold it."""
    saved = {"sources", "selected", "chain", "preset", "seed", "variant", "banks", "frozen", "letter", "aside"}
    assert {field.name for field in dataclasses.fields(Project)} == saved
    found_out_again = {"error"}
    assert {field.name for field in dataclasses.fields(Source)} - found_out_again == {
        "path", "source_id", "label", "info", "folder", "stamp",
    }  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chains())
def test_any_chain_reads_back_equal(tmp_path_factory: pytest.TempPathFactory, chain: Chain) -> None:
    path = tmp_path_factory.getbasetemp() / "chain.variophone"
    session.write(path, Project(chain=chain))
    assert session.read(path).project.chain == chain


def test_a_session_that_moves_with_its_recordings_finds_them(project: Project, tmp_path: Path) -> None:
    """Those below it are found at the new place even while the old one is still there, the others where they were."""
    session.write(tmp_path / "work" / "mine.variophone", project)
    shutil.copytree(tmp_path / "work", tmp_path / "moved")
    moved = session.read(tmp_path / "moved" / "mine.variophone").project
    expected = [source.path.replace(str(tmp_path / "work"), str(tmp_path / "moved")) for source in project.sources]
    assert [source.path for source in moved.sources] == expected
    assert moved.selected == expected[2]
    assert moved.recipe() == project.recipe()
    assert not moved.failed


def test_a_missing_recording_is_said_and_the_rest_is_there(project: Project, tmp_path: Path) -> None:
    session.write(tmp_path / "mine.variophone", project)
    gone = project.sources[2]
    os.rename(gone.path, tmp_path / "elsewhere.wav")
    saved = session.read(tmp_path / "mine.variophone")
    opened = saved.project
    assert saved.missing == 1
    assert [source.path for source in opened.failed] == [gone.path]
    assert "is missing" in opened.failed[0].error
    assert opened.selected != gone.path
    session.write(tmp_path / "again.variophone", opened)
    os.rename(tmp_path / "elsewhere.wav", gone.path)
    assert set(session.read(tmp_path / "again.variophone").project.sources) == set(project.sources)


def test_a_recording_that_was_no_use_is_looked_at_again(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "words", each=1)
    broken = write_text_as_wav(folder / "notes.wav")
    project = Project().with_sources(ScanRequest((str(folder),)).run())
    session.write(tmp_path / "mine.variophone", project)
    assert session.read(tmp_path / "mine.variophone").project == project
    shutil.copy(folder / "no" / "no_0.wav", broken)
    assert not session.read(tmp_path / "mine.variophone").project.failed


def test_a_recording_that_changed_is_looked_at_again(project: Project, tmp_path: Path) -> None:
    session.write(tmp_path / "mine.variophone", project)
    changed = project.sources[1]
    encode(Path(changed.path), spoken(3, 16_000), 16_000, Encoding("wav", "16"))
    found = session.read(tmp_path / "mine.variophone").project.sources[1]
    assert found.info is not None
    assert found.info.sample_rate == 16_000


def test_names_that_are_no_text_are_kept(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(str(tmp_path)) + b"/\xff\n\xe4.wav")
    project = Project(sources=(Source(path, "x"),))
    session.write(tmp_path / "mine.variophone", project)
    assert session.read(tmp_path / "mine.variophone").project.sources[0].path == path


Change = Callable[[dict[str, Any]], object]
WRONG: dict[str, tuple[Change, str]] = {
    "newer": (lambda data: data.update(variophone=3), "format 3"),
    "no number": (lambda data: data.pop("variophone"), '"variophone": 2 is missing'),
    "a preset": (lambda data: data.pop("sources"), '"sources" must be a list'),
    "unknown word": (lambda data: data.update(run="rm -rf"), "'run', which is not known"),
    "unknown transform": (lambda data: data["chain"]["steps"][0].update(transform="Revurb"), "Revurb"),
    "value out of range": (lambda data: data["chain"]["steps"][0].update(p=3), "p 3 is outside"),
    "no chain": (lambda data: data.pop("chain"), "preset"),
    "seed": (lambda data: data.update(seed=-1), '"seed" is -1'),
    "seed as text": (lambda data: data.update(seed="1"), '"seed" must be a whole number'),
    "source": (lambda data: data["sources"].append("x.wav"), "recording 5 must be a table"),
    "path": (lambda data: data["sources"][0].update(path="x.wav"), 'recording 1: "path" must be a whole path'),
    "climbs out": (lambda data: data["sources"][0].update(below="../../etc/passwd"), "below the session's folder"),
    "info": (lambda data: data["sources"][0]["info"].update(channels=0), "a number below 1"),
    "frozen": (lambda data: data.update(frozen=[1]), '"frozen" must be a list'),
    "bank": (lambda data: data["banks"].update({"a b": {"path": "/x"}}), "a bank must be"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_in_a_sentence(what: str, project: Project, tmp_path: Path) -> None:
    path = tmp_path / "mine.variophone"
    session.write(path, project.without_source(project.sources[-1].path).with_sources(project.sources[:4]))
    data = json.loads(path.read_text())
    data["sources"] = data["sources"][:4]
    change, words = WRONG[what]
    change(data)
    path.write_text(json.dumps(data))
    refuses(path, words)


NO_SESSION = {
    "truncated": (b'{"variophone": 1, "preset": "na', "line 1: is damaged"),
    "text": (b"dear diary", "line 1: is damaged"),
    "sound": (b"RIFF\xff\x00\x00\x00WAVE", "is damaged"),
    "empty": (b"", "is damaged"),
    "a list": (b"[1]", "is not a session"),
    "nested": (b"[" * 100_000, "nested too deeply"),
    "nan": (b'{"variophone": NaN}', "NaN is no number"),
    "digits": (b'{"variophone": ' + b"9" * 6000 + b"}", "is damaged"),
    "twice": (b'{"variophone": 1, "variophone": 1}', "the same word twice"),
}


@pytest.mark.parametrize("what", NO_SESSION)
def test_what_is_no_session_is_refused(what: str, tmp_path: Path) -> None:
    content, words = NO_SESSION[what]
    path = tmp_path / "mine.variophone"
    path.write_bytes(content)
    refuses(path, words)


def test_what_cannot_be_read_or_is_huge_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuses(tmp_path / "none.variophone", "cannot be read: No such file")
    (tmp_path / "folder.variophone").mkdir()
    refuses(tmp_path / "folder.variophone", "folder.variophone")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.variophone")
        refuses(tmp_path / "pipe.variophone", "is not a file")
    monkeypatch.setattr(session, "BYTES_MAX", 2**20)
    (tmp_path / "big.variophone").write_bytes(b" " * (2**20 + 1))
    refuses(tmp_path / "big.variophone", "is larger than 1 MB")


def refuses(path: Path, words: str) -> None:
    """Reading fails with one sentence that names the file and has these words."""
    with pytest.raises(SessionError) as refusal:
        session.read(path)
    sentence = str(refusal.value)
    assert words in sentence
    assert path.name in sentence
    assert "\n" not in sentence


def test_a_write_that_fails_leaves_the_old_session_whole(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.variophone"
    session.write(path, project)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SessionError, match=r"mine\.variophone cannot be written: No space left"):
        session.write(path, dataclasses.replace(project, seed=8))
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir() if found.is_file()] == ["mine.variophone"]
