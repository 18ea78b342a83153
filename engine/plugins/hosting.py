"""A plugin at work in a child process, as the process that wants its sound sees it: blocks go there and come back.

Each stream has a child of its own, so that a plugin that crashes or hangs takes no other sound along, and one that is
slow to load holds none up. A child that a stream is done with waits for the next one: starting it costs half a second.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import errno
import mmap
import os
import tempfile
import weakref
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ..folders import memory_folder
from ..params import Value
from . import child
from .child import Child, ChildGone, ChildRefused, ChildSilent
from .described import Described
from .requests import Open, Request, Reset, Run

if TYPE_CHECKING:
    from ..clip import Samples

T = TypeVar("T")

OPEN_S = 30.0
"""So long a plugin may take to be loaded and set up."""
CHUNK_FRAMES = 8192
"""Frames that go to the child at once."""
IDLE_MAX = 2
"""So many children wait for their next stream; each takes 25 to 40 MB of its own."""
IDLE_LIVE_MIN = 6
"""So many may wait where it plays, however few are at work."""


class Broken(Exception):
    """The plugin did not do its work; the message is a predicate: "crashed"."""


@dataclass(frozen=True)
class Setup:
    """A plugin as a stream wants it; `values` are by pedalboard's names of the parameters."""

    described: Described
    state: str
    values: tuple[tuple[str, Value], ...]
    channels: int
    sample_rate: int
    live: bool = False


class Children:
    """Children that wait for a stream, without a lock: a dropped stream gives its child back from any thread."""

    def __init__(self) -> None:
        self.loader = child.LOADER
        self._idle: deque[tuple[str, Child]] = deque()
        self._dying: deque[Child] = deque()
        self._at_work: set[Child] = set()
        atexit.register(self.close)

    def take(self, digest: str) -> Child:
        """One that has had this plugin before, or a new one."""
        self._dying.extend([one for one in _taken(self._dying) if not one.ended])
        able = [(was, one) for was, one in _taken(self._idle) if not one.ended]
        chosen = next((pair for pair in able if pair[0] == digest), None)
        self._idle.extend(pair for pair in able if pair is not chosen)
        taken = chosen[1] if chosen else Child(self.loader)
        self._at_work.add(taken)
        return taken

    def give_back(self, digest: str, one: Child, live: bool) -> None:
        """Keep a child for the next stream, and end those that have waited longest; waits for nothing.

        Where it plays, as many wait as are at work: the next bridge takes as many as the last one did.
        """
        self._at_work.discard(one)
        self._idle.append((digest, one))
        most = max(IDLE_LIVE_MIN, len(self._at_work)) if live else IDLE_MAX
        with contextlib.suppress(IndexError):
            while len(self._idle) > most:
                self.end(self._idle.popleft()[1])

    def end(self, one: Child) -> None:
        """End a child; it is reaped when the next is taken."""
        self._at_work.discard(one)
        one.kill()
        self._dying.append(one)

    def close(self) -> None:
        """End all that wait, and wait until they have."""
        for _, one in _taken(self._idle):
            self.end(one)
        for one in _taken(self._dying):
            one.close()


def _taken(waiting: deque[T]) -> list[T]:
    """All that wait, which nobody else gets any more; another thread may take some at the same time."""
    found = []
    with contextlib.suppress(IndexError):
        while True:
            found.append(waiting.popleft())
    return found


CHILDREN = Children()
"""Those of this process."""


class Hosted:
    """One stream through one plugin; one thread's own at a time. What is dropped gives its child back."""

    def __init__(self, setup: Setup) -> None:
        """Start it; raises `Broken`."""
        try:
            with _shared(setup.channels) as (shared, self._map):
                self._child = CHILDREN.take(setup.described.digest)
                digest = setup.described.digest
                self._done = weakref.finalize(self, CHILDREN.give_back, digest, self._child, setup.live)
                self.latency: int = self._ask(_open(setup, shared), OPEN_S)
        except OSError as error:
            raise Broken(f"could not be given a process ({error.strerror or error})") from None

    @property
    def pid(self) -> int:
        """The child's number."""
        return self._child.pid

    def run(self, block: Samples, within_s: float) -> Samples:
        """The sound of the next frames; raises `Broken`. Each chunk may take so long."""
        out = np.empty(block.shape, np.float32)
        for first in range(0, block.shape[1], CHUNK_FRAMES):
            part = block[:, first : first + CHUNK_FRAMES]
            frames = part.shape[1]
            self._map[:, :frames] = part
            self._ask(Run(frames), within_s)
            out[:, first : first + frames] = self._map[:, :frames]
        return out

    def reset(self, within_s: float) -> None:
        """Forget the sound so far; raises `Broken`."""
        self._ask(Reset(), within_s)

    def _ask(self, request: Request, within_s: float) -> Any:
        try:
            return self._child.ask(request, within_s)
        except ChildRefused as refusal:
            self._break()
            raise Broken(str(refusal)) from None
        except ChildSilent:
            self._break()
            raise Broken("did not answer in time") from None
        except ChildGone:
            self._break()
            raise Broken("crashed") from None
        except BaseException:  # Ctrl-C: the answer that still comes would be taken for the next request's
            self._break()
            raise

    def _break(self) -> None:
        """What has failed once is not trusted again."""
        if self._done.detach() is not None:
            CHILDREN.end(self._child)


@contextlib.contextmanager
def _shared(channels: int) -> Iterator[tuple[str, Samples]]:
    """A mapped file for one chunk, which has no name any more once the other side has it open too; raises OSError."""
    handle, name = tempfile.mkstemp(prefix="variophone-plugin-", dir=memory_folder())
    try:
        with open(handle, "r+b", buffering=0) as file:
            file.write(bytes(channels * CHUNK_FRAMES * 4))  # room that is not there yet is a fault when it is used
            if file.tell() < channels * CHUNK_FRAMES * 4:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            yield name, np.frombuffer(mmap.mmap(handle, 0), np.float32).reshape(channels, CHUNK_FRAMES)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(name)


def _open(setup: Setup, shared: str) -> Open:
    plugin = setup.described
    return Open(
        plugin.path, plugin.title, plugin.format, plugin.digest, base64.b64decode(setup.state), setup.values,
        plugin.channels, setup.channels, setup.sample_rate, shared, setup.live,
    )  # fmt: skip
