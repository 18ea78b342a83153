"""Compiled loops run wherever the program is installed, whether or not anything can be kept on its disk."""

from __future__ import annotations

import pytest
from numba import types
from numba.core.caching import CacheImpl, IndexDataCacheFile

from engine.dsp.compiled import loop

SIGNATURE = types.float64(types.float64)


def test_loops_run_where_no_folder_can_be_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])
    assert loop(SIGNATURE)(lambda x: x + 1)(1.5) == 2.5


def test_loops_run_where_the_disk_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(IndexDataCacheFile, "save", full)
    assert loop(SIGNATURE)(lambda x: x + 2)(1.5) == 3.5
