from __future__ import annotations

import gc
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.plugins import hosting, processor
from engine.plugins.described import Described, PluginParameter, digest_of
from engine.plugins.permit import ALLOWED
from engine.plugins.scan import ScanRequest
from engine.plugins.shelf import Shelf
from engine.plugins.where import SHELF
from tests.support.plugins import LOADER, write_plugin, zam


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """An empty shelf of the test's own; plugin processes that wait are ended behind the test."""
    monkeypatch.setenv(SHELF, str(tmp_path / "plugins.json"))
    monkeypatch.delenv(ALLOWED, raising=False)
    processor._failures.clear()
    yield Shelf()
    for thread in threading.enumerate():
        if thread.name == "variophone-plugin-revival":
            thread.join()
    gc.collect()
    hosting.CHILDREN.close()


@pytest.fixture
def stand_in(tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Described]:
    """Puts a plugin that misbehaves so on the shelf, allowed."""
    monkeypatch.setattr(hosting.CHILDREN, "loader", LOADER)
    gain = PluginParameter("gain_db", "gain_db", "Gain", "number", 6.0, "dB", -60.0, 12.0)

    def put(behaviour: str) -> Described:
        path = write_plugin(tmp_path, "Doubler", behaviour)
        digest = digest_of(path)
        described = Described("Doubler", "Doubler", "Nobody", "1.0", "VST3", path, digest, (1, 2), 0, (gain,))
        shelf.write(replace(shelf.contents, plugins=(described,), allowed=(digest,)))
        return described

    return put


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Described]:
    """Describes a real plugin, which is scanned once for all tests; the test is skipped where it is not installed."""
    folder = tmp_path_factory.mktemp("vst3")

    @cache
    def look(name: str) -> Described:
        (folder / name).mkdir()
        (folder / name / f"{name}.vst3").symlink_to(zam(name))
        (found,) = ScanRequest((str(folder / name),), str(folder / "plugins.json")).run().plugins
        return found

    return look


@pytest.fixture(scope="session")
def apart() -> Iterator[Callable[..., Any]]:
    """Calls a function in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        pool.submit(int).result()
        yield lambda called, *given: pool.submit(called, *given).result()


@pytest.fixture
def real(shelf: Shelf, scanned: Callable[[str], Described]) -> Callable[[str], Described]:
    """Puts a real plugin on the shelf, allowed."""

    def put(name: str) -> Described:
        found = scanned(name)
        shelf.write(replace(shelf.contents, plugins=(found,), allowed=(found.digest,)))
        return found

    return put
