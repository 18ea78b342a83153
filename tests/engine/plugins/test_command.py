"""The command line and plugins: what was not allowed, or is another, is refused before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import engine
from engine.cli import main
from engine.plugins.described import Described
from engine.plugins.fault import PluginFault
from engine.plugins.permit import ALLOWED
from engine.plugins.shelf import Shelf
from tests.support.recordings import write_folder

PRESET = "variophone: 1\nsteps:\n  - {transform: ZamCompX2, id: squeeze, makeup_db: [3, 9]}\n"


def test_an_export_asks_for_leave_and_says_which_plugin_is_not_what_it_was(
    tmp_path: Path, real: Callable[[str], Described], shelf: Shelf, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    plugin = real("ZamCompX2")
    shelf.write(replace(shelf.contents, allowed=()))
    monkeypatch.setenv(ALLOWED, "")  # what a command allows for its run ends with the test
    write_folder(tmp_path / "in", each=1)
    preset, out = tmp_path / "preset.yaml", tmp_path / "out"
    preset.write_text(PRESET)
    words = ["export", str(tmp_path / "in"), "--preset", str(preset), "--out", str(out), "--jobs", "1"]

    assert main(["plugins"]) == 0
    assert "ZamCompX2 4.1.0 (VST3 by Damien Zammit)" in capsys.readouterr().out
    assert main(words) == 2
    sentence = capsys.readouterr().err
    assert "ZamCompX2 4.1.0 (VST3 by Damien Zammit) was not allowed" in sentence
    assert "--allow-plugins" in sentence
    assert not out.exists()
    with pytest.raises(PluginFault, match="was not allowed"):
        engine.load_chain(preset)
    assert engine.load_chain(preset, allow_plugins=True).draw(1, "a", 1).steps[0].id == "squeeze"
    monkeypatch.setenv(ALLOWED, "")
    assert main([*words, "--allow-plugins"]) == 0
    (first, *_) = sorted(file for file in out.rglob("*.wav"))
    name = first.relative_to(out).as_posix()
    again = ["reproduce", str(out / "manifest.jsonl"), name, "--out", str(tmp_path / "again.wav"), "--allow-plugins"]
    assert main(again) == 0
    assert "byte-identical" in capsys.readouterr().out

    other = replace(plugin, digest="0" * 64, version="4.2.0")
    shelf.write(replace(shelf.contents, plugins=(other,)))
    assert main(again) == 2
    assert "squeeze: the plugin ZamCompX2 4.1.0 (VST3 by Damien Zammit) is here with version 4.2.0; install" in (
        capsys.readouterr().err
    )


def test_scanning_needs_a_folder_that_is_there(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plugins"]) == 0
    assert "no folder was scanned for plugins yet" in capsys.readouterr().err
    assert main(["plugins", "scan"]) == 2
    shelf.look_in(("/nowhere",))
    assert main(["plugins", "scan"]) == 0, "a usual folder that is not there is no mistake"
    assert main(["plugins", "scan", "/nowhere"]) == 2
    assert "/nowhere: there is no such folder" in capsys.readouterr().err
