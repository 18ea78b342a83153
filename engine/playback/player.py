"""The player's face: messages in, snapshots out. Nothing that uses it can tell that there is a process behind it."""

from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import os
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
from .microphone.messages import LiveChain, MicrophoneState, OpenMicrophone
from .server import RING_FILE, STATUS_FILE, Close, Server, serve

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from ..clip import Samples
    from .devices import Outputs
    from .messages import Message
    from .status import Status

TAP_FRAMES = 4096
CLOSE_S = 2.0
_DEATHS = 3
_YOUNG_S = 5.0
_KEPT = (UseDevice, Volume, Listen, Follow, Loop, LiveChain)
"""What a new process is told, in this order, to stand where the old one stood or to begin as it was wished."""

STOPPED_S = 0.2
"""A process that the system calls stopped, and that says nothing for so long, is replaced."""
SILENT_S = 5.0
"""So is one that says nothing for so long though it may run: a loaded machine holds one up for a second or two."""
NEVER_S = 30.0
"""So long one may take that has said nothing yet."""
NOTICE_S = 10.0
_LONGEST_LOOK_S = 0.1
"""Time in which nobody looked, since this process or the whole machine stood, does not count against the other one."""

RESTARTED = "The audio process ended unexpectedly and was started again."
REPLACED = "The audio process had stopped and was replaced."
GAVE_UP = "The audio process keeps ending; sound is off until you choose Rescan."


class Player:
    """Starts the audio process (or a thread, for tests, with `outputs` of their own) and speaks with it."""

    def __init__(self, in_thread: bool = False, outputs: Outputs | None = None) -> None:
        self._in_thread = in_thread
        self._outputs = outputs
        self._host: _Host | None = None
        self._kept: dict[type, Message] = {}
        self._playing: Play | PlayOnce | None = None
        self._microphone: OpenMicrophone | None = None
        self._deaths = 0
        self._started_at = 0.0
        self._notice = ""
        self._notice_until = 0.0
        self._last = Snapshot()
        self._until_there: Snapshot | None = None
        self._silence = _Silence()

    def start(self) -> None:
        """Start what plays; returns at once."""
        if self._host is None:
            self._started_at = time.monotonic()
            self._host = _Host(self._in_thread, self._outputs)
            self._silence = _Silence()
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
        elif isinstance(message, OpenMicrophone):
            self._microphone = message
        elif isinstance(message, Play | PlayOnce | Pause | Stop):
            self._playing = message if isinstance(message, Play | PlayOnce) else None
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
        status = self._host.status()
        self._last = self._where_it_was(status)
        silent_s = self._silence.lasts(status.clock.at_s)
        if not self._host.alive:
            self._replace(self._last, RESTARTED)
        elif self._host.is_over(silent_s, begun=status.clock.at_s > 0.0):
            self._replace(self._last, REPLACED)
        if self._notice and time.monotonic() > self._notice_until and self._host is not None:
            self._notice = ""
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

    def _where_it_was(self, now: Status) -> Snapshot:
        """How it stands; of a process that has just replaced another one, how that stood, until it has come so far."""
        was = self._until_there
        followed = Follow in self._kept
        if was is None or (now.clock.at_s and (not followed or now.snapshot.device or now.snapshot.error)):
            self._until_there = None
            return now.snapshot
        return was

    def _replace(self, last: Snapshot, why: str) -> None:
        host, self._host = self._host, None
        if host is not None:
            host.discard()
        young = time.monotonic() - self._started_at < _YOUNG_S
        self._deaths = self._deaths + 1 if young else 1
        if self._deaths >= _DEATHS:
            self._notice = GAVE_UP
            self._last = Snapshot(position_s=last.position_s, take_s=last.take_s)
            return
        self._notice, self._notice_until = why, time.monotonic() + NOTICE_S
        self._start_again(last)

    def _start_again(self, last: Snapshot) -> None:
        """From what was heard last, not from what was rendered ahead; what played plays on."""
        self._until_there = dataclasses.replace(
            last, peak_db=(), rms_db=(), error="", news="", microphone=MicrophoneState()
        )
        self.start()
        if self._host is None:
            return
        self._host.send(Seek(last.position_s))
        if last.microphone.device and self._microphone is not None:
            self._host.send(self._microphone)  # which comes muted, whatever it was
        if self._playing is not None and (last.playing or last.waits):
            again = self._playing
            if isinstance(again, PlayOnce) and again.end_s is not None:
                again = PlayOnce(last.position_s, again.end_s)
            self._host.send(again)


class _Silence:
    """How long the other side has not written its clock anew, by the looks that were taken at it."""

    def __init__(self) -> None:
        self._seen_s = self._lasts_s = 0.0
        self._looked_at = time.monotonic()

    def lasts(self, at_s: float) -> float:
        """Look once."""
        now = time.monotonic()
        passed, self._looked_at = min(now - self._looked_at, _LONGEST_LOOK_S), now
        self._lasts_s = self._lasts_s + passed if at_s == self._seen_s else 0.0
        self._seen_s = at_s
        return self._lasts_s


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

    def is_over(self, silent_s: float, *, begun: bool) -> bool:
        """Whether one that has said nothing for so long is to be replaced."""
        if self._process is None:
            return False
        return silent_s > (SILENT_S if begun else NEVER_S) or (silent_s > STOPPED_S and self._stopped)

    @property
    def _stopped(self) -> bool:
        """Whether the system says that it is stopped; systems that do not say leave it to the clock."""
        if self._process is None or self._process.pid is None or not hasattr(os, "waitid"):
            return False
        with contextlib.suppress(ChildProcessError):
            return os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT) is not None
        return False

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

    def discard(self) -> None:
        """End a process that is dead or does not obey; whoever calls does not wait until that is cleared up."""
        if self._process is not None:
            self._process.kill()
        threading.Thread(target=self.close, name="variophone-reaper").start()

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
