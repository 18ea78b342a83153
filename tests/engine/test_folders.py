"""Folders of one run: what a killed run left behind is removed by the next, what a living one holds is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine import folders
from engine.folders import RunFolder, remove_abandoned

LEAVE = """
import os, sys
from pathlib import Path
from engine.folders import RunFolder
folder = RunFolder(Path(sys.argv[1]))
(folder.path / "take").write_bytes(bytes(1000))
print(folder.path, flush=True)
sys.stdin.read(1)
os._exit(9)
"""


def test_what_a_killed_run_left_is_removed_and_what_lives_is_kept(tmp_path: Path) -> None:
    """Another process's folder stays while it lives, and goes once it was killed; others' folders stay."""
    mine = RunFolder(tmp_path)
    (tmp_path / "variophone-of-somebody").mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", LEAVE, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        theirs = Path(process.stdout.readline().strip())
        remove_abandoned(tmp_path)
        assert (theirs / "take").exists()
        process.communicate("x")
    remove_abandoned(tmp_path)
    assert not theirs.exists()
    assert mine.path.is_dir()
    assert (tmp_path / "variophone-of-somebody").is_dir()
    mine.close()
    assert not mine.path.exists()


def test_where_locks_do_not_work_there_is_a_folder_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some network folders know no locks; what nobody can lock nobody removes."""
    monkeypatch.setattr(folders, "try_lock", lambda _: False)
    folder = RunFolder(tmp_path)
    remove_abandoned(tmp_path)
    assert [*tmp_path.iterdir()] == [folder.path]
    folder.close()
    assert not any(tmp_path.iterdir())
