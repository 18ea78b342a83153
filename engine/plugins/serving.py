"""The child's side: loads plugins and runs them, a request at a time, until the other side is gone."""

from __future__ import annotations

import importlib
import mmap
import signal
import sys
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ..lifetime import come_first, end_with_input, wait_in_line
from .described import Format, digest_of
from .requests import Answer, Refused

if TYPE_CHECKING:
    from ..clip import Samples
    from .loading import Loaded
    from .requests import Open, Request
    from .stream import Stream


class Loader(Protocol):
    """The module that plugins are loaded by."""

    def names_in(self, path: str, kind: Format) -> list[str]:
        """The plugins in a file."""
        ...

    def load(self, path: str, name: str, kind: Format) -> Loaded:
        """A new plugin."""
        ...


def serve(told: Mapping[str, Any]) -> None:
    """Be the child: plugins are loaded and run on this thread, the process's first, as many of them ask for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_input()
    bench = Bench(importlib.import_module(told["loader"]))
    pipe = _pipe(told["handle"])
    pipe.send(Answer())
    while True:
        try:
            request: Request = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_answered(request, bench))


def _pipe(handle: int) -> Any:
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        return PipeConnection(handle)
    return Connection(handle)


def _answered(request: Request, bench: Bench) -> Answer:
    try:
        return Answer(request.run(bench))
    except Refused as error:
        return Answer(refused=str(error))
    except Exception as error:  # a plugin may make pedalboard raise anything
        return Answer(refused=f"could not be used ({type(error).__name__}: {_short(str(error))})")


def _short(text: str) -> str:
    return " ".join(text.split())[:200]


class Bench:
    """What the child has: the plugins that it loaded last, and the stream that they run."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader
        self._kept: list[Loaded] = []
        self._kept_of: tuple[str, str, str] | None = None
        self._stream: Stream | None = None
        self._shared: Samples = np.zeros((0, 0), np.float32)

    def open(self, asked: Open) -> int:
        """Set plugins up for a stream; gives its latency."""
        from .loading import values_to
        from .stream import Stream, rows_of

        wait_in_line()
        rows = rows_of(asked.channels, asked.widths)
        self._stream = None
        plugins = self._loaded(asked, len(rows))
        for plugin in plugins:
            if asked.state:
                plugin.raw_state = asked.state
            values_to(plugin, dict(asked.values))
        self._stream = Stream(plugins, rows, asked.sample_rate)
        with Path(asked.shared).open("r+b") as file:
            mapped = mmap.mmap(file.fileno(), 0)
        self._shared = np.frombuffer(mapped, np.float32).reshape(asked.channels, -1)
        if asked.live:  # only now: a plugin that hangs while it is loaded must not keep a core from everybody
            come_first()
        return self._stream.latency

    def _loaded(self, asked: Open, count: int) -> list[Loaded]:
        named = (asked.path, asked.name, asked.digest)
        if not asked.live or asked.state or self._kept_of != named:
            self._kept, self._kept_of = [], named
        if len(self._kept) < count and digest_of(asked.path) != asked.digest:  # large plugins take a second to read
            raise Refused("is not what it was when it was scanned, its file has changed; scan the plugins again")
        while len(self._kept) < count:
            self._kept.append(self.loader.load(asked.path, asked.name, asked.format))
        return self._kept[:count]

    def run(self, frames: int) -> None:
        """The stream's next block, in place."""
        assert self._stream is not None
        self._shared[:, :frames] = self._stream.process(self._shared[:, :frames].copy())

    def reset(self) -> None:
        """Begin the stream anew."""
        assert self._stream is not None
        self._stream.reset()
