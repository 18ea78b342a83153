"""What a process of its own costs a plugin, beside the same plugin called by pedalboard in this process.

For each plugin: how long until it is ready (in a new process; in one that has it loaded), and a block of 512 frames of
stereo there and back. Then how long the sound waits at the most when the process is killed, and until it is back.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from engine.draws import Draw, Key
from engine.plugins import hosting
from engine.plugins.conduct import Conduct, conducted
from engine.plugins.declared import PluginTransform, find
from engine.plugins.permit import allow_for_this_run
from engine.plugins.processor import Forgiving
from engine.plugins.scan import ScanRequest
from engine.plugins.stream import QUANTUM
from engine.plugins.where import SHELF
from engine.transform import StreamSpec
from tests.support.playing import RATE, noise
from tests.support.plugins import ZAM

Made = TypeVar("Made")
PLUGINS = ("ZamCompX2", "ZaMultiCompX2", "ZamHeadX2", "ZaMaximX2", "ZamEQ2", "ZamDelay")
BLOCK = noise(512)
BLOCKS = 1000


def main() -> int:
    """Measure and print; 1 where the plugins are not installed."""
    if not ZAM.is_dir():
        print("The plugins are not here: they come with Debian's package zam-plugins.")
        return 1
    with tempfile.TemporaryDirectory(prefix="variophone-bench-") as folder:
        os.environ[SHELF] = str(Path(folder, "plugins.json"))
        for name in PLUGINS:
            Path(folder, f"{name}.vst3").symlink_to(ZAM / f"{name}.vst3")
        began = time.perf_counter()
        found = ScanRequest((folder,)).run().plugins
        print(f"scan of {len(found)} plugins: {time.perf_counter() - began:.2f} s", end="; ")
        began = time.perf_counter()
        ScanRequest((folder,)).run()
        print(f"again, unchanged: {1000 * (time.perf_counter() - began):.1f} ms")
        allow_for_this_run(one.digest for one in found)
        _table()
        _killed()
    hosting.CHILDREN.close()
    return 0


def _table() -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("plugin", "new process", "loaded", "block here", "block there", "there/here", title="ms; us a block")
    for name in PLUGINS:
        table.add_row(name, *_row(name))
    Console(width=100).print(table)


def _row(name: str) -> tuple[str, ...]:
    hosting.CHILDREN.close()
    new_s, first = _timed(lambda: _live(name))
    del first
    loaded_s, hosted = _timed(lambda: _live(name))
    here, there = _median(_direct(name)), _median(lambda: hosted.process(BLOCK))
    return (
        f"{1e3 * new_s:.0f}",
        f"{1e3 * loaded_s:.1f}",
        f"{1e6 * here:.0f}",
        f"{1e6 * there:.0f}",
        f"{there / here:.1f}",
    )


def _live(name: str) -> Forgiving:
    with conducted(Conduct(forgiving=True, live=True)):
        made = _transform(name)().processor(StreamSpec(RATE, 2), Draw(Key.of("any")))
    assert isinstance(made, Forgiving)
    return made


def _transform(name: str) -> type[PluginTransform]:
    found = find(name)
    assert found is not None
    return found


def _direct(name: str) -> Callable[[], object]:
    """The same plugin in this process, in blocks as short and as often as its channels ask for."""
    import pedalboard

    described = _transform(name).described
    width = max(described.channels)
    plugins = [pedalboard.load_plugin(described.path) for _ in range(2 // width)]
    pieces = [
        (plugin, np.ascontiguousarray(BLOCK[row * width : (row + 1) * width, at : at + QUANTUM]))
        for row, plugin in enumerate(plugins)
        for at in range(0, BLOCK.shape[1], QUANTUM)
    ]
    return lambda: [plugin.process(piece, RATE, buffer_size=QUANTUM, reset=False) for plugin, piece in pieces]


def _killed() -> None:
    processor = _live("ZamCompX2")
    processor.process(BLOCK)
    assert processor._hosted is not None
    os.kill(processor._hosted.pid, 9)
    longest, began = 0.0, time.perf_counter()
    while processor._hosted is None or time.perf_counter() - began < 0.1:
        spent_s, _ = _timed(lambda: processor.process(BLOCK))
        longest = max(longest, spent_s)
        time.sleep(BLOCK.shape[1] / RATE)
    back_s = time.perf_counter() - began
    print(f"killed: a block takes at most {1000 * longest:.1f} ms, and the plugin is back after {back_s:.2f} s")


def _timed(work: Callable[[], Made]) -> tuple[float, Made]:
    began = time.perf_counter()
    made = work()
    return time.perf_counter() - began, made


def _median(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(BLOCKS):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return float(np.median(spent))


if __name__ == "__main__":
    sys.exit(main())
