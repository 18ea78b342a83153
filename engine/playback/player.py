"""The player's face: messages in, snapshots out. Nothing that uses it can tell that there is a process behind it."""

from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import queue
import threading
import time
from typing import TYPE_CHECKING

import numpy as np

from ..folders import RunFolder, memory_folder
from . import ring, status
from .devices import PortAudio
from .fade import WIDTH
from .messages import (
    Follow,
    Listen,
    Loop,
    Pause,
    Play,
    PlayOnce,
    Rescan,
    Seek,
    Snapshot,
    Stop,
    TapClock,
    Tapped,
    UseDevice,
    Volume,
)  # fmt: skip
from .server import RING_FILE, STATUS_FILE, Close, Server, serve

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from ..clip import Samples
    from .devices import Outputs
    from .messages import Message

TAP_FRAMES = 4096
CLOSE_S = 2.0
_DEATHS = 3
_YOUNG_S = 5.0
_KEPT = (UseDevice, Volume, Listen, Follow, Loop)
"""What a new process is told, in this order, to stand where the old one stood or to begin as it was wished."""

RESTARTED = "The audio process ended unexpectedly and was started again."
GAVE_UP = "The audio process keeps ending; sound is off until you choose Rescan."


class Player:
    """Starts the audio process (or a thread, for tests, with `outputs` of their own) and speaks with it."""

    def __init__(self, in_thread: bool = False, outputs: Outputs | None = None) -> None:
        self._in_thread = in_thread
        self._outputs = outputs
        self._host: _Host | None = None
        self._kept: dict[type, Message] = {}
        self._playing = False
        self._deaths = 0
        self._started_at = 0.0
        self._notice = ""
        self._last = Snapshot()

    def start(self) -> None:
        """Start what plays; returns at once."""
        if self._host is None:
            self._started_at = time.monotonic()
            self._host = _Host(self._in_thread, self._outputs)
            for kind in _KEPT:
                if kind in self._kept:
                    self._host.send(self._kept[kind])

    def close(self) -> None:
        """End what plays, and remove what it mapped."""
        host, self._host = self._host, None
        if host is not None:
            host.close()

    def send(self, message: Message) -> None:
        """Tell the player something; never waits."""
        if isinstance(message, _KEPT):
            self._kept[type(message)] = message
        elif isinstance(message, Play | PlayOnce | Pause | Stop):
            self._playing = isinstance(message, Play)
        if isinstance(message, Play | PlayOnce | Rescan | UseDevice):
            self._notice = ""
        if isinstance(message, Rescan) and self._host is None and self._deaths:
            self._deaths = 0
            self._start_again(self._last)
        if self._host is not None:
            self._host.send(message)

    def snapshot(self) -> Snapshot:
        """How things stand at this moment; never waits. A process that has ended is started again, where it was."""
        if self._host is None:
            return dataclasses.replace(self._last, error=self._notice)
        self._last = self._host.status().snapshot
        if not self._host.alive:
            self._replace(self._last)
        if self._notice:
            return dataclasses.replace(self._last, error=self._notice)
        return self._last

    def tap(self, frames: int = TAP_FRAMES) -> Samples:
        """The last frames that left for the ear, float32 (2, n) at the device's rate; up to about a second."""
        return self.tapped(self.tap_clock().frame - frames).samples

    def tap_clock(self) -> TapClock:
        """Which frame is heard, and when that was so."""
        return self._host.status().clock if self._host else TapClock()

    def tapped(self, start: int) -> Tapped:
        """What has left for the ear from a frame on to the one that is heard; later ones may still be taken back.

        It begins later where more than about a second has passed, and is empty where nothing has.
        """
        return self._host.tapped(start) if self._host else Tapped(np.empty((WIDTH, 0), np.float32), start, TapClock())

    def _replace(self, last: Snapshot) -> None:
        self.close()
        young = time.monotonic() - self._started_at < _YOUNG_S
        self._deaths = self._deaths + 1 if young else 1
        if self._deaths >= _DEATHS:
            self._notice = GAVE_UP
            self._last = Snapshot(position_s=last.position_s, take_s=last.take_s)
            return
        self._notice = RESTARTED
        self._start_again(last)

    def _start_again(self, last: Snapshot) -> None:
        self.start()
        if self._host is None:
            return
        self._host.send(Seek(last.position_s))
        if self._playing and last.playing:
            self._host.send(Play())


class _Host:
    """One life of the audio process or thread: its files, its pipe and the courier that writes into the pipe."""

    def __init__(self, in_thread: bool, outputs: Outputs | None) -> None:
        self._folder = RunFolder(memory_folder())
        ring.create(self._folder.path / RING_FILE)
        status.create(self._folder.path / STATUS_FILE)
        self._tap = ring.Tap(self._folder.path / RING_FILE)
        self._status = status.StatusBlock(self._folder.path / STATUS_FILE)
        self._process: BaseProcess | None = None
        self._thread: threading.Thread | None = None
        inbox = self._launch_thread(outputs) if in_thread else self._launch_process()
        self._messages: queue.SimpleQueue[Message | Close] = queue.SimpleQueue()
        self._courier = threading.Thread(target=self._carry, args=(inbox,), name="variophone-courier", daemon=True)
        self._courier.start()

    @property
    def alive(self) -> bool:
        """Whether it is still there."""
        return self._process is None or self._process.is_alive()

    def send(self, message: Message | Close) -> None:
        """Hand a message to the courier."""
        self._messages.put(message)

    def status(self) -> status.Status:
        """What it last wrote."""
        return self._status.read()

    def tapped(self, start: int) -> Tapped:
        """The frames from that one to the one that is heard, and the clock that says which one that is."""
        clock = self._status.read().clock
        samples = self._tap.between(start, clock.frame)
        return Tapped(samples, clock.frame - samples.shape[1], clock)

    def close(self) -> None:
        """Ask it to end, and end it if it does not."""
        self.send(Close())
        self._courier.join(CLOSE_S)
        if self._thread is not None:
            self._thread.join()
        if self._process is not None:
            self._process.join(CLOSE_S)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
            self._process.close()
        self._courier.join()
        self._folder.close()

    def _launch_process(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        theirs, ours = context.Pipe(duplex=False)
        self._process = context.Process(
            target=serve, args=(theirs, str(self._folder.path)), name="variophone-audio", daemon=True
        )
        self._process.start()
        theirs.close()
        return ours

    def _launch_thread(self, outputs: Outputs | None) -> Connection:
        theirs, ours = multiprocessing.Pipe(duplex=False)
        server = Server(theirs, self._folder.path, outputs or PortAudio())
        self._thread = threading.Thread(target=server.run, name="variophone-audio", daemon=True)
        self._thread.start()
        return ours

    def _carry(self, pipe: Connection) -> None:
        """Write messages into the pipe, which may block: that is why a thread does it."""
        with contextlib.suppress(OSError):
            while True:
                message = self._messages.get()
                pipe.send(message)
                if isinstance(message, Close):
                    break
        pipe.close()
