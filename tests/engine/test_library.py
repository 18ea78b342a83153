"""Finding recordings, and what becomes of them on the disk."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from engine import library
from engine.files.encode import Encoding, encode
from engine.library import CheckRequest, ListRequest, LookRequest, RescanRequest, ScanRequest, renewed
from engine.project import Source
from tests.support.recordings import spoken, write_cut_flac, write_folder, write_text_as_wav


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """Six recordings in two folders, written long ago."""
    folder = write_folder(tmp_path / "words")
    for path in folder.rglob("*.wav"):
        os.utime(path, ns=(10**18, 10**18))
    return folder


def known(sources: tuple[Source, ...]) -> tuple[tuple[str, tuple[int, int] | None], ...]:
    """What a rescan is told of recordings."""
    return tuple((source.path, source.stamp) for source in sources)


def test_a_listing_looks_into_nothing_and_a_look_gives_the_same_recordings(words: Path) -> None:
    """With ids and labels below the folder that was named."""
    write_text_as_wav(words / "notes.wav")
    listed = ListRequest((str(words), str(words / "gone.wav"))).run()
    assert all(source.info is None for source in listed)
    looked = LookRequest(listed).run()
    assert looked == ScanRequest((str(words), str(words / "gone.wav"))).run()
    assert [(source.source_id, source.label) for source in looked] == [(one.source_id, one.label) for one in listed]
    assert {source.source_id for source in looked if source.error} == {"notes.wav", "gone.wav"}
    assert {source.folder for source in looked} == {str(words), ""}


def test_a_rescan_of_a_folder_gives_the_ids_of_the_whole(words: Path) -> None:
    """As if everything had been dropped again, though it looks at one folder in it alone."""
    sources = ScanRequest((str(words),)).run()
    (words / "yes" / "far").mkdir()
    (words / "yes" / "yes_0.wav").rename(words / "yes" / "far" / "b.wav")
    (words / "no" / "no_0.wav").unlink()
    here = tuple(source for source in sources if source.label == "yes")
    found = RescanRequest(str(words), str(words / "yes"), known(here)).run()
    assert [(one.source_id, one.label, one.folder) for one in found.new] == [("yes/far/b.wav", "far", str(words))]
    assert [one.error for one in found.changed] == ["yes_0.wav is not there any more"]
    assert set(found.folders) == {str(words / "yes"), str(words / "yes" / "far")}
    again = renewed(sources, found.changed, found.new)
    fresh = {source.source_id: source for source in ScanRequest((str(words),)).run()}
    assert all(fresh[one.source_id] == one for one in again if not one.error and one.source_id != "no/no_0.wav")


def test_a_rescan_that_finds_nothing_changes_nothing(words: Path) -> None:
    """Not even the tuple; and what is not to be added is not looked into."""
    sources = ScanRequest((str(words),)).run()
    found = RescanRequest(str(words), str(words), (*known(sources[1:]), (sources[0].path, None))).run()
    assert (found.new, found.changed, found.unsettled) == ((), (), False)
    assert renewed(sources, found.changed, found.new) is sources


def test_what_is_still_being_written_is_left_for_the_next_look(words: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first half would only be called damaged."""
    monkeypatch.setattr(library, "SETTLED_S", 3600.0)
    encode(words / "now.wav", spoken(1), 8_000, Encoding("wav", "16"))
    sources = ListRequest((str(words / "yes"), str(words / "no"))).run()
    found = RescanRequest(str(words), str(words), known(sources)).run()
    assert found.new == ()
    assert found.unsettled
    assert str(words / "now.wav") not in found.listed


def test_new_recordings_come_only_to_where_their_folder_is_and_labels_stay(words: Path) -> None:
    """A state from before the folder was dropped stays as it was; one in which it was labelled keeps that."""
    sources = ScanRequest((str(words),)).run()
    new = replace(sources[0], path=f"{words}/new.wav", source_id="new.wav")
    labelled = tuple(replace(source, label="mine") for source in sources)
    changed = replace(sources[1], label="", source_id="", error="gone", info=None)
    assert renewed((), [changed], [new]) == ()
    after = renewed(labelled, [changed], [new])
    assert after[-1] == new
    assert (after[1].label, after[1].source_id, after[1].error) == ("mine", sources[1].source_id, "gone")
    assert after[1].info == sources[1].info


def test_a_check_gives_levels_and_damage_and_stops_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At least one recording, whatever it takes."""
    whole, cut = tmp_path / "half.wav", write_cut_flac(tmp_path / "cut.flac")
    encode(whole, spoken(1) / abs(spoken(1)).max() / 2, 8_000, Encoding("wav", "32f"))
    found = CheckRequest((str(whole), str(cut))).run()
    assert found[str(whole)].peak_db == pytest.approx(-6.02, abs=0.01)
    assert "cut.flac" in found[str(cut)].error
    monkeypatch.setattr(library, "CHECK_S", -1.0)
    assert list(CheckRequest((str(whole), str(cut))).run()) == [str(whole)]
