from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from engine.files.probe import FileRefused
from engine.files.scan import scan


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_ids_and_labels_are_below_the_named_folder(tmp_path: Path) -> None:
    root = tmp_path / "birds"
    touch(root / "b.WAV", root / "owl" / "1.wav", root / "owl" / "far" / "2.Flac", root / "a.mp3", root / "notes.txt")
    found = scan([root])
    assert [(one.source_id, one.label) for one in found] == [
        ("a.mp3", ""), ("b.WAV", ""), ("owl/1.wav", "owl"), ("owl/far/2.Flac", "far"),
    ]  # fmt: skip
    assert [Path(one.path) for one in found][2] == root / "owl" / "1.wav"
    renamed = tmp_path / "moved"
    root.rename(renamed)
    assert [one.source_id for one in scan([str(renamed)])] == [one.source_id for one in found]


def test_hidden_things_are_passed_over_unless_named(tmp_path: Path) -> None:
    touch(tmp_path / ".hidden.wav", tmp_path / ".cache" / "a.wav", tmp_path / "._mac.wav", tmp_path / "notes.txt")
    assert scan([tmp_path]) == []
    named = scan([tmp_path / ".hidden.wav", tmp_path / "notes.txt"])
    assert [(one.source_id, one.label) for one in named] == [(".hidden.wav", ""), ("notes.txt", "")]


def test_two_inputs_may_give_the_same_id(tmp_path: Path) -> None:
    touch(tmp_path / "a" / "x.wav", tmp_path / "b" / "x.wav")
    found = scan([tmp_path / "a", tmp_path / "b"])
    assert [one.source_id for one in found] == ["x.wav", "x.wav"]
    assert found[0].path != found[1].path


def test_ids_are_the_same_on_disks_that_spell_names_apart(tmp_path: Path) -> None:
    apart = unicodedata.normalize("NFD", "Käuzchen")
    touch(tmp_path / apart / f"{apart}.wav")
    (found,) = scan([tmp_path])
    assert (found.source_id, found.label) == ("Käuzchen/Käuzchen.wav", "Käuzchen")
    assert os.path.exists(found.path)


@pytest.mark.skipif(os.name == "nt", reason="names are text on Windows")
def test_names_that_are_no_text_have_an_id_that_is(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.wav")
    Path(path).write_bytes(b"x")
    (found,) = scan([tmp_path])
    assert found.source_id == "\\xff.wav"
    assert found.path == path


def test_what_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"^gone does not exist$"):
        scan([tmp_path, tmp_path / "gone"])


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_are_followed_and_loops_are_not(tmp_path: Path) -> None:
    touch(tmp_path / "in" / "a.wav", tmp_path / "elsewhere" / "b.wav")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "other").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in" / "broken.wav").symlink_to(tmp_path / "gone.wav")
    assert [one.source_id for one in scan([tmp_path / "in"])] == ["a.wav", "broken.wav", "other/b.wav"]
