"""The microphone as the audio process has it: opened, watched, told what to do, and let go; on the server's thread."""

from __future__ import annotations

import dataclasses
import threading
import time
from typing import TYPE_CHECKING

from ..devices import DeviceError
from ..messages import VOLUME_AT_START_DB
from .messages import (
    Delays,
    EndRecording,
    LiveChain,
    MicrophoneState,
    Mute,
    Record,
    RecordingState,
)  # fmt: skip
from .monitor import Monitor, SetMuted, SetVolume
from .recorder import Recorder
from .steps import LiveBuilder
from .streams import BUFFERING, LEAST_RATE, RATE, PortAudioLinks, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..program import Program
    from ..ring import Ring
    from .messages import Input, OpenMicrophone
    from .streams import Link, Links

STALL_S = 0.5
FIRST_CALL_S = 3.0
"""Devices that have just been opened may take so long to give their first frame."""
LONGEST_TICK_S = 0.1
BEHIND_S = 0.05
CLOSE_S = 2.0
FAILED = "The chain has failed on the microphone; change it to hear it again."


class Microphone:
    """One microphone at a time; it starts muted."""

    def __init__(self, ring: Ring, links: Links | None = None) -> None:
        self._ring = ring
        self._links = links or PortAudioLinks()
        self._session: _Session | None = None
        self._opening: _Opening | None = None
        self._chain = LiveChain()
        self._volume_db = VOLUME_AT_START_DB
        self._recorder: Recorder | None = None
        self._recordings = 0
        self._closed = MicrophoneState()
        self.asked: OpenMicrophone | None = None
        """As what it is open or being opened, None while it is not."""
        self._lost: _Session | None = None
        """What was open as one stream until just now, and is tried again as two."""

    @property
    def overs(self) -> int:
        """How many blocks have reached full scale before the limiter since it was opened."""
        return self._session.monitor.overs if self._session else 0

    @property
    def program(self) -> tuple[Program | None, int]:
        """The steps that run on it, if any do, and their rate."""
        session = self._session
        if session is None or session.monitor.live is None:
            return None, 0
        return session.monitor.live.program, session.link.rate

    def opening(self, asked: OpenMicrophone) -> Callable[[str | None, int], Link]:
        """What opens it, muted, through those speakers and at a rate or what the devices have, on whatever thread.

        That raises `DeviceError`. `watch` takes up what became of it.
        """
        self.asked, self._closed = asked, MicrophoneState(self._closed.inputs)
        self._opening = opening = _Opening(
            asked, self._ring, self._links, self._volume_db, apart=self._lost is not None
        )
        return opening.run

    def _take_up(self, opening: _Opening) -> None:
        self._opening, lost, self._lost = None, self._lost, None
        self._closed = MicrophoneState(opening.inputs)
        session = self._session = opening.session
        if session is None:
            self.close()
            self._closed = MicrophoneState(opening.inputs, error=lost.gone if lost else opening.error)
            return
        session.builder.ask(self._chain)
        session.monitor.post(SetVolume(self._volume_db))
        if lost is not None:
            self._go_on(session, lost)

    def _go_on(self, session: _Session, lost: _Session) -> None:
        """Be what the session before was, if it is with the same devices: heard, and recorded."""
        same = (session.link.input_name, session.link.name, session.link.input_rate, session.link.rate)
        if same != (lost.link.input_name, lost.link.name, lost.link.input_rate, lost.link.rate):
            if self._recorder is not None:
                self._recorder.end()
            return
        if not lost.monitor.muted:
            session.monitor.post(SetMuted(False))
        session.monitor.recorder = lost.monitor.recorder
        session.dropouts_before = lost.dropouts_before - lost.dropouts - 1

    def close(self, error: str = "") -> None:
        """Let it go, and keep what was recorded; the error says why."""
        if self._recorder is not None:
            self._recorder.end()
        if self._opening is not None:
            self._opening.drop()
        session, self._session, self.asked, self._lost, self._opening = self._session, None, None, None, None
        if session is not None:
            session.close()
            self._closed = MicrophoneState(self._closed.inputs, error=error)

    def end(self) -> None:
        """Let it go, and wait for the recording's file to be whole."""
        self.close()
        if self._recorder is not None:
            self._recorder.join(CLOSE_S)

    def obey(self, message: LiveChain | Mute | Record | EndRecording) -> None:
        """Do what was asked."""
        if isinstance(message, LiveChain):
            self._chain = message
            if self._session is not None:
                self._session.builder.ask(message)
        elif isinstance(message, EndRecording):
            if self._recorder is not None:
                self._recorder.end()
        elif self._session is not None:
            if isinstance(message, Mute):
                self._session.monitor.post(SetMuted(message.muted))
            elif not self.is_recording:
                self._record(message, self._session)

    def set_volume(self, db: float) -> None:
        """The monitor's volume, which is remembered while it is closed."""
        self._volume_db = db
        if self._session is not None:
            self._session.monitor.post(SetVolume(db))

    @property
    def is_recording(self) -> bool:
        """Whether a recording is being made, or its file finished."""
        return self._recorder is not None and self._recorder.state.running

    def watch(self) -> bool:
        """Notice a device that is gone and end with it; gives whether that happened.

        One stream for both devices ends when one of them is late, or reads no faster than it writes what has piled up
        meanwhile; two go on, and catch up. Then `asked` is still there, and it is to be opened again.
        """
        if self._opening is not None and self._opening.done:
            self._take_up(self._opening)
        session = self._session
        if session is None:
            return False
        trouble = session.trouble()
        if session.link.one_clock and (session.link.lost if trouble else session.is_behind):
            session.close()
            self._lost, self._session = session, None
            return True
        if trouble:
            self.close(trouble)
            return True
        if self._recorder is not None and session.monitor.recorder is self._recorder:
            self._recorder.count(session.dropouts - session.dropouts_before)
        return False

    def state(self) -> MicrophoneState:
        """How it stands."""
        recording = self._recording()
        session = self._session or self._lost
        if session is None:
            return dataclasses.replace(self._closed, recording=recording)
        return dataclasses.replace(session.state(), inputs=self._closed.inputs, recording=recording)

    def _record(self, wanted: Record, session: _Session) -> None:
        self._recordings += 1
        rate = session.link.input_rate if wanted.what == "in" else session.link.rate
        self._recorder = Recorder(wanted, self._recordings, rate, session.monitor.channels)
        session.dropouts_before = session.dropouts
        session.monitor.recorder = self._recorder

    def _recording(self) -> RecordingState:
        return self._recorder.state if self._recorder is not None else RecordingState()


class _Opening:
    """Opens it, which may take long: so on another thread than the one that asks what became of it."""

    def __init__(
        self, asked: OpenMicrophone, ring: Ring, links: Links, volume_db: float, *, apart: bool
    ) -> None:  # fmt: skip
        self.done = False
        self.session: _Session | None = None
        self.inputs: tuple[Input, ...] = ()
        self.error = ""
        self._asked, self._ring, self._links, self._volume_db, self._apart = asked, ring, links, volume_db, apart
        self._lock = threading.Lock()
        self._dropped = False

    def run(self, speakers: str | None, rate: int) -> Link:
        """Open it; raises `DeviceError`."""
        try:
            return self._open(speakers, rate)
        except DeviceError as error:
            self.error = str(error)
            raise
        finally:
            with self._lock:
                self.done = True
                if self._dropped and self.session is not None:
                    self.session.close()

    def drop(self) -> None:
        """Have nothing of it stay, now or when it is done."""
        with self._lock:
            self._dropped = True
            if self.done and self.session is not None:
                self.session.close()

    def _open(self, speakers: str | None, rate: int) -> Link:
        asked = self._asked
        self.inputs = self._links.inputs()
        channels = 1 if asked.picked == "1" else 2
        rate = rate if rate >= LEAST_RATE else RATE
        wanted = Wanted(asked.device, speakers, channels, rate, asked.latency, self._apart)
        self.session = _Session(self._links.open(wanted, self._ring), self._ring, asked, self._volume_db)
        return self.session.link


class _Session:
    """One life of the microphone: what was opened and started, and what watches it."""

    def __init__(self, link: Link, ring: Ring, asked: OpenMicrophone, volume_db: float) -> None:
        self.link = link
        self.monitor = Monitor(link, ring, asked.picked, volume_db)
        self._latency = asked.latency
        self.dropouts_before = 0
        self._ring, self._empties = ring, ring.empties
        self._calls = (0, 0)
        self._silent_s = 0.0
        self._checked_at = time.perf_counter()
        self.monitor.prime()
        link.start()
        self.builder = LiveBuilder(self.monitor.spec, self.monitor.heard, self.monitor.post)
        self.monitor.start()

    def close(self) -> None:
        """End the threads; whoever opened the devices lets them go."""
        self.monitor.close()
        self.builder.close()

    @property
    def dropouts(self) -> int:
        """How many gaps there have been, coming in or going out."""
        link = self.link
        return link.overflows + link.input.lost + link.underflows + self._ring.empties - self._empties

    @property
    def is_behind(self) -> bool:
        """Whether what comes in lies much longer in the device than was asked for."""
        return self.link.input_latency_s > 2 * BUFFERING[self._latency].device_s + BEHIND_S

    @property
    def gone(self) -> str:
        """What is said where a device has gone."""
        return f"The microphone {self.link.input_name} or its output {self.link.name} is gone; it is closed."

    def trouble(self) -> str:
        """One sentence where it cannot go on, or nothing."""
        now = time.perf_counter()
        passed, self._checked_at = min(now - self._checked_at, LONGEST_TICK_S), now
        calls = (self.link.calls, self.link.input_calls)
        moved = all(new != old for new, old in zip(calls, self._calls, strict=True))
        self._silent_s = 0.0 if moved else self._silent_s + passed
        if moved:
            self._calls = calls
        if not all(self._calls):
            self._empties = self._ring.empties  # no gap: nothing has come in yet
        if self.monitor.fault is not None:
            return f"The microphone had to be closed: {self.monitor.fault}."
        if self.link.lost:
            return self.gone
        if self._silent_s > (STALL_S if all(self._calls) else FIRST_CALL_S):
            link = self.link
            return f"No sound goes from the microphone {link.input_name} to {link.name} any more; it is closed."
        return ""

    def state(self) -> MicrophoneState:
        """How it stands, less what outlives it."""
        link, monitor, live = self.link, self.monitor, self.monitor.live
        to_ms = 1000 / link.rate
        delays = Delays(
            link.input_latency_s * 1000, monitor.waiting * to_ms, monitor.latency * to_ms, link.latency_s * 1000
        )
        return MicrophoneState(
            device=link.input_name, channels=monitor.channels, sample_rate=link.input_rate, output=link.name,
            one_clock=link.one_clock, muted=monitor.muted, howled=monitor.howled, peak_db=monitor.levels.peak_db,
            overs=monitor.levels.overs, delays=delays, skipped=live.skipped if live else (),
            drift=monitor.balance.corrections, dropouts=self.dropouts,
            error=FAILED if live and live.program.failed else "",
        )  # fmt: skip
