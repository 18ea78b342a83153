from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.plugins.described import Described, digest_of, named_apart
from engine.plugins.scan import ScanRequest
from engine.plugins.shelf import NOTHING, UNREADABLE, Contents, Shelf
from tests.support.plugins import LOADER, write_plugin


def scan(folder: Path, shelf: Path, loader: str = LOADER) -> Contents:
    return ScanRequest((str(folder),), str(shelf), deadline_s=1.0, loader=loader).run()


def test_what_breaks_when_it_is_looked_at_is_listed_with_a_reason_and_takes_nothing_along(tmp_path: Path) -> None:
    folder = tmp_path / "plugins"
    folder.mkdir()
    for name, behaviour in (
        ("Aborts", "crash at loading"), ("Hangs", "hang at loading"), ("Piano", "instrument"), ("Text", "no plugin"),
        ("Whole", "gain"),
    ):  # fmt: skip
        write_plugin(folder, name, behaviour)
    found = scan(folder, tmp_path / "shelf.json")
    reasons = {Path(one.path).stem: one.reason for one in found.unusable}
    assert [one.name for one in found.plugins] == ["Whole"]
    assert set(reasons) == {"Aborts", "Hangs", "Piano", "Text"}
    assert "crashed" in reasons["Aborts"]
    assert "after 1 s" in reasons["Hangs"]
    assert "instrument" in reasons["Piano"]
    assert "unsupported plugin format" in reasons["Text"]


def test_only_what_changed_is_loaded_again_and_what_was_allowed_stays(tmp_path: Path) -> None:
    folder, shelf = tmp_path / "plugins", Shelf(tmp_path / "shelf.json")
    folder.mkdir()
    kept, changed = write_plugin(folder, "Kept"), write_plugin(folder, "Changed")
    busy = write_plugin(folder, "Busy", "crash at loading")
    first = scan(folder, shelf.path)
    Path(busy).with_suffix(".mended").touch()
    shelf.allow(digest_of(kept))
    facts = os.stat(kept)
    Path(kept).write_text("hang")  # of the same length as "gain", and with the same times
    os.utime(kept, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    Path(changed).write_text("silence")
    second = scan(folder, shelf.path)
    before, after = ({one.name: one.digest for one in contents.plugins} for contents in (first, second))
    assert before["Kept"] == after["Kept"]
    assert before["Changed"] != after["Changed"] == digest_of(changed)
    assert "Busy" not in before
    assert "Busy" in after, "what could not be used is never tried again"
    assert shelf.contents.allowed == (before["Kept"],)
    assert shelf.contents == second


def test_two_plugins_of_one_name_and_one_called_as_a_transform_get_names_of_their_own() -> None:
    plain = Described("", "Same", "Nobody", "1", "VST3", "/a", "", (1,), 0, ())
    found = [plain, replace(plain, path="/b"), replace(plain, title="High Pass"), replace(plain, title="3 bands")]
    named = named_apart(found, frozenset({"HighPass"}))
    assert [one.name for one in named] == ["Plugin3bands", "HighPassByNobody", "Same", "SameByNobody"]


@pytest.mark.parametrize(
    ("was", "now"),
    [("{", ""), ('"format": 1', '"format": 2'), ('"folders": []', '"folders": 5'), ('"allowed": []', '"allowed": [[]]'),
     ('"stamps": {}', '"stamps": []'), ('"plugins": []', '"plugins": [1]')],
)  # fmt: skip
def test_a_shelf_that_is_no_list_of_plugins_is_empty_says_so_and_begins_anew(
    tmp_path: Path, was: str, now: str
) -> None:
    shelf = Shelf(tmp_path / "shelf.json")
    assert shelf.contents == NOTHING
    shelf.write(NOTHING)
    assert shelf.contents == NOTHING
    text = shelf.path.read_text()
    assert was in text
    shelf.path.write_text(text.replace(was, now, 1))
    assert shelf.contents == UNREADABLE
    shelf.allow("a")
    assert shelf.contents == replace(NOTHING, allowed=("a",))


def test_a_real_plugin_is_described_as_it_is(scanned: Callable[[str], Described]) -> None:
    plugin = scanned("ZaMaximX2")
    assert (plugin.name, plugin.maker, plugin.channels, plugin.latency_frames) == (
        "ZaMaximX2", "Damien Zammit", (2,), 480,
    )  # fmt: skip
    declared = {one.name: one for one in plugin.parameters}
    assert list(declared) == ["release_ms", "output_ceiling_db", "threshold_db"]
    assert (declared["release_ms"].low, declared["release_ms"].high) == (1.0, 100.0)
    assert declared["release_ms"].unit == "ms"
