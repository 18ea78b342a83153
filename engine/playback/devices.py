"""The doors to PortAudio: which devices there are, and a stream to one of them. Nothing else imports sounddevice."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from .fade import WIDTH
from .lookout import Lookout

if TYPE_CHECKING:
    from types import ModuleType

    from .ring import Ring

BLOCK_FRAMES = 512
LATENCY_S = 0.1
"""Asked of PortAudio; 96 ms ran without gaps beside a busy window where 21 to 43 ms did not."""

NO_PORTAUDIO = "No sound: the PortAudio library is missing; on Debian install libportaudio2."
NO_DEVICE = "No sound device: connect one, and it is found by itself; everything but sound works."
HANGS = "The computer's sound system does not answer; playback goes on when it does."
NOT_THERE = "is not there"
BUSY = "is in use by another program"
NO_ANSWER = "does not answer"
NO_RATE = "takes none of the usual sample rates"
RATES = (48000, 44100)
"""Tried where a device takes neither the sound's rate nor the one that it calls its own."""

_UNAVAILABLE, _NO_SUCH_RATE, _HOST_ERROR = -9985, -9997, -9999
_SAID = {_UNAVAILABLE: BUSY, -9993: NOT_THERE, -9996: NOT_THERE, _NO_SUCH_RATE: NO_RATE, _HOST_ERROR: NO_ANSWER}
"""PortAudio's error codes in words: a bad combination of devices is what it calls one whose server is gone."""

in_use: set[object] = set()
"""The streams that are open in this process: PortAudio's list must not be renewed under them."""


class DeviceError(Exception):
    """A device cannot be used; the message is one sentence, `what` is how it goes on behind the device's name."""

    def __init__(self, sentence: str, what: str = "") -> None:
        super().__init__(sentence)
        self.what = what


def refused(name: str, what: str) -> DeviceError:
    """What to raise where a device cannot be used."""
    return DeviceError(f"The sound device {name} {what}.", what)


@dataclass(frozen=True)
class Device:
    """An output or input; where several host APIs offer some, or a name comes twice, the API is part of the name."""

    index: int
    name: str
    channels: int
    sample_rate: int
    is_default: bool

    def __str__(self) -> str:
        default = ", the default" if self.is_default else ""
        return f"{self.name} ({self.channels} channels, {self.sample_rate} Hz{default})"


class Sink(Protocol):
    """An open stream that reads the ring; `calls` and `called_at` show that it is alive."""

    name: str
    rate: int
    latency_s: float
    calls: int
    called_at: float
    underflows: int
    lost: bool

    def start(self) -> None:
        """Begin to read the ring; raises `DeviceError`."""

    def close(self) -> None:
        """End at once, whatever state the device is in."""


class Outputs(Protocol):
    """Where sinks come from: PortAudio, or what a test puts in its place."""

    def names(self) -> tuple[str, ...]:
        """The names of the output devices there are."""

    def renew(self) -> None:
        """Look again; does nothing while a stream is open."""

    def open(self, name: str | None, rate: int, ring: Ring) -> Sink:
        """A sink, not yet started, at that rate or the device's own; raises `DeviceError`."""

    def look_out(self, wanted: str) -> Watch:
        """Begin to look for a device, and what the default is, beside a sink that plays."""


class Watch(Protocol):
    """Says what there is while a sink plays, for which PortAudio's own list is closed."""

    back: bool
    default: str

    def close(self) -> None:
        """Look no longer; never waits."""


def list_devices(kind: Literal["output", "input"] = "output") -> tuple[Device, ...]:
    """All devices of one kind, the default first; none where PortAudio is missing."""
    try:
        return listed(portaudio(), kind)
    except DeviceError:
        return ()


def listed(sounddevice: ModuleType, kind: Literal["output", "input"] = "output") -> tuple[Device, ...]:
    """All devices of one kind, the default first; none where PortAudio could not begin."""
    channels = f"max_{kind}_channels"
    try:
        apis = [api["name"] for api in sounddevice.query_hostapis()]
        infos = [info for info in sounddevice.query_devices() if info[channels] > 0]
    except sounddevice.PortAudioError:
        return ()
    names = [info["name"] for info in infos]
    one_api = len({info["hostapi"] for info in infos}) == 1
    default = _default_index(sounddevice, kind)
    found = []
    for info in infos:
        plain = one_api and names.count(info["name"]) == 1
        name = info["name"] if plain else f"{info['name']} ({apis[info['hostapi']]})"
        rate = round(info["default_samplerate"])
        found.append(Device(info["index"], name, info[channels], rate, info["index"] == default))
    return tuple(sorted(found, key=lambda device: not device.is_default))


def portaudio() -> ModuleType:
    """The door itself; raises `DeviceError` where the library is missing."""
    try:
        import sounddevice
    except OSError:
        raise DeviceError(NO_PORTAUDIO) from None
    return sounddevice  # type: ignore[no-any-return]  # sounddevice has no types


def _default_index(sounddevice: ModuleType, kind: str) -> int:
    """The index of the default device of a kind, -1 without one."""
    try:
        return int(sounddevice.query_devices(kind=kind)["index"])
    except (sounddevice.PortAudioError, ValueError):
        return -1


class PortAudio:
    """The computer's own outputs."""

    def names(self) -> tuple[str, ...]:
        """The names of the output devices there are, none without PortAudio."""
        return tuple(device.name for device in list_devices())

    def renew(self) -> None:
        """PortAudio reads the list of devices only when it is initialised, so it is, again; it closes what is open."""
        if in_use:
            return
        with contextlib.suppress(DeviceError):
            sounddevice = portaudio()
            for step in (sounddevice._terminate, sounddevice._initialize):
                with contextlib.suppress(sounddevice.PortAudioError):  # not begun, then or now: none is listed
                    step()

    def open(self, name: str | None, rate: int, ring: Ring) -> Sink:
        """A stream at that rate, or at the device's own or a usual one where that is refused."""
        sounddevice = portaudio()
        devices = listed(sounddevice)
        wanted = next((device for device in devices if device.name == name), None)
        if name is not None and wanted is None:
            raise refused(name, NOT_THERE)
        device = wanted or next((device for device in devices if device.is_default), None)
        if device is None:
            raise DeviceError(NO_DEVICE)
        what = NO_RATE
        for hertz in dict.fromkeys((rate, device.sample_rate, *RATES)):
            try:
                return _Stream(sounddevice, device, hertz, ring)
            except (sounddevice.PortAudioError, ValueError) as error:
                what = in_words(error)
            if what != NO_RATE:
                break
        raise refused(device.name, what)

    def look_out(self, wanted: str) -> Watch:
        """A process that looks, since this one cannot while it plays."""
        return Lookout(wanted)


def in_words(error: Exception) -> str:
    """What an error of PortAudio says about a device, to stand behind its name."""
    code = error.args[1] if len(error.args) > 1 else 0
    return _SAID.get(code) or f"cannot be opened: {error.args[0] if error.args else error}"


class _Stream:
    """A PortAudio stream whose callback copies from the ring and counts, and does nothing else."""

    def __init__(self, sounddevice: ModuleType, device: Device, rate: int, ring: Ring) -> None:
        self.name = device.name
        self.rate = rate
        self.calls = 0
        self.called_at = time.perf_counter()
        self.underflows = 0
        self.lost = False
        self._closing = False
        self._read_into = ring.read_into
        self._error = sounddevice.PortAudioError
        self._stream = sounddevice.OutputStream(
            samplerate=rate, blocksize=BLOCK_FRAMES, device=device.index, channels=min(device.channels, WIDTH),
            dtype="float32", latency=LATENCY_S, callback=self._callback, finished_callback=self._finished,
        )  # fmt: skip
        in_use.add(self)
        self.latency_s = float(self._stream.latency)

    def _callback(self, out: Any, frames: int, _time: Any, status: Any) -> None:
        self._read_into(out)
        self.calls += 1
        self.called_at = time.perf_counter()
        if status.output_underflow:
            self.underflows += 1

    def _finished(self) -> None:
        self.lost = not self._closing

    def start(self) -> None:
        """Begin."""
        try:
            self._stream.start()
        except self._error as error:
            self.close()
            raise refused(self.name, in_words(error)) from None

    def close(self) -> None:
        """Abort: to stop would wait for a device that may never take another frame."""
        self._closing = True
        for end in (self._stream.abort, self._stream.close):
            try:
                end()
            except self._error:
                continue
        in_use.discard(self)
