"""Input and output at work together: one stream for both where a host API has both, or else two."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ..devices import NO_DEVICE, Device, DeviceError, Sink, listed, portaudio
from ..fade import WIDTH
from .frames import FrameRing
from .messages import Input, Latency

if TYPE_CHECKING:
    from types import ModuleType

    from ..ring import Ring

NO_INPUT = "No microphone: connect one and choose it again; everything but the microphone works."
RATE = 48_000
"""Asked for while there is no recording whose rate it could be, or one so low that a voice would be cut off with it."""
LEAST_RATE = 44_100
_SMOOTH = 0.02
_BELIEVED_S = 1.0


@dataclass(frozen=True)
class Buffering:
    """What is asked of PortAudio, how long its blocks are, and by how much the chain may be late."""

    device_s: float
    block_frames: int
    cushion_s: float


BUFFERING: dict[Latency, Buffering] = {
    "low": Buffering(0.012, 128, 0.006),
    "balanced": Buffering(0.04, 256, 0.015),
    "safe": Buffering(0.1, 512, 0.05),
}


@dataclass(frozen=True)
class Wanted:
    """Which devices, by name or None for the default, how many channels come in, at what rate, and how near.

    `apart` asks for two streams even where one would do.
    """

    microphone: str | None
    speakers: str | None
    channels: int
    rate: int
    latency: Latency
    apart: bool = False


class Link(Sink, Protocol):
    """A sink with an open input: what came in waits in `input`, what goes out is read from the playback's ring.

    `ahead` is how many frames of silence are put before it, of which `cushion` may be left at any time.
    """

    input_name: str
    input_rate: int
    input_latency_s: float
    input_calls: int
    overflows: int
    one_clock: bool
    ahead: int
    cushion: int
    input: FrameRing


class Links(Protocol):
    """Where links come from: PortAudio, or what a test puts in its place."""

    def inputs(self) -> tuple[Input, ...]:
        """The inputs there are, the default first."""

    def open(self, wanted: Wanted, ring: Ring) -> Link:
        """A link, not yet started; raises `DeviceError`."""


class PortAudioLinks:
    """The computer's own devices."""

    def inputs(self) -> tuple[Input, ...]:
        """The inputs there are, the default first; none without PortAudio."""
        try:
            return tuple(Input(device.name, device.channels) for device in listed(portaudio(), "input"))
        except DeviceError:
            return ()

    def open(self, wanted: Wanted, ring: Ring) -> Link:
        """One stream where that can be had, else two, the input at its own rate where the output's is refused."""
        sounddevice = portaudio()
        microphone = _named(listed(sounddevice, "input"), wanted.microphone, NO_INPUT)
        speakers = _named(listed(sounddevice), wanted.speakers, NO_DEVICE)
        refused = (sounddevice.PortAudioError, ValueError)
        tries = [(wanted.rate, None), (wanted.rate, wanted.rate), (wanted.rate, microphone.sample_rate)]
        tries += [(speakers.sample_rate, None), (speakers.sample_rate, microphone.sample_rate)]
        errors = []
        for rate, input_rate in dict.fromkeys(tries):
            if wanted.apart and input_rate is None:
                continue
            try:
                return _PortAudioLink(sounddevice, microphone, speakers, wanted, (rate, input_rate), ring)
            except refused as error:
                errors.append(str(error))
        raise DeviceError(f"The microphone {microphone.name} cannot be opened: {errors[0]}.")


def _named(devices: tuple[Device, ...], name: str | None, none: str) -> Device:
    found = next((device for device in devices if device.name == name), None)
    if name is not None and found is None:
        raise DeviceError(f"The sound device {name} is not there.")
    found = found or next((device for device in devices if device.is_default), None)
    if found is None:
        raise DeviceError(none)
    return found


def _learnt(mean_s: float, now_s: float) -> float:
    """The mean of what each call says; some devices do not say it."""
    return mean_s + (now_s - mean_s) * _SMOOTH if 0.0 < now_s < _BELIEVED_S else mean_s


class _PortAudioLink:
    """Streams whose callbacks copy and count, and do nothing else."""

    def __init__(
        self, sounddevice: ModuleType, microphone: Device, speakers: Device, wanted: Wanted,
        rates: tuple[int, int | None], ring: Ring,
    ) -> None:  # fmt: skip
        rate, input_rate = rates
        self.name, self.input_name = speakers.name, microphone.name
        self.rate, self.input_rate = rate, input_rate or rate
        self.one_clock = input_rate is None
        self.calls = self.input_calls = 0
        self.called_at = time.perf_counter()
        self.underflows = self.overflows = 0
        self.lost = False
        self._closing = False
        self._read_into = ring.read_into
        self._error = sounddevice.PortAudioError
        channels = min(microphone.channels, wanted.channels)
        self.input = FrameRing(channels)
        kept = BUFFERING[wanted.latency]
        self.cushion = round(kept.cushion_s * rate)
        self.ahead = self.cushion + kept.block_frames
        common = {
            "blocksize": kept.block_frames, "dtype": "float32", "latency": kept.device_s,
            "finished_callback": self._finished,
        }  # fmt: skip
        outputs = min(speakers.channels, WIDTH)
        self._streams: list[Any] = []
        if self.one_clock:
            both = sounddevice.Stream(
                samplerate=rate, device=(microphone.index, speakers.index), channels=(channels, outputs),
                callback=self._both, **common,
            )  # fmt: skip
            self._streams = [both]
            self.input_latency_s, self.latency_s = map(float, both.latency)
        else:
            self._open_two(sounddevice, microphone, speakers, (channels, outputs), common)

    def _open_two(
        self, sounddevice: ModuleType, microphone: Device, speakers: Device, channels: tuple[int, int],
        common: dict[str, Any],
    ) -> None:  # fmt: skip
        coming = sounddevice.InputStream(
            samplerate=self.input_rate, device=microphone.index, channels=channels[0], callback=self._incoming, **common
        )
        self._streams.append(coming)
        try:
            going = sounddevice.OutputStream(
                samplerate=self.rate, device=speakers.index, channels=channels[1], callback=self._outgoing, **common
            )
        except self._error:
            self.close()
            raise
        self._streams.append(going)
        self.input_latency_s, self.latency_s = float(coming.latency), float(going.latency)

    def _both(self, data: Any, out: Any, frames: int, times: Any, status: Any) -> None:
        self._outgoing(out, frames, times, status)
        self._incoming(data, frames, times, status)

    def _incoming(self, data: Any, _frames: int, times: Any, status: Any) -> None:
        self.input.write(data)
        self.input_calls += 1
        self.input_latency_s = _learnt(self.input_latency_s, times.currentTime - times.inputBufferAdcTime)
        if status.input_overflow:
            self.overflows += 1

    def _outgoing(self, out: Any, _frames: int, times: Any, status: Any) -> None:
        self._read_into(out)
        self.calls += 1
        self.latency_s = _learnt(self.latency_s, times.outputBufferDacTime - times.currentTime)
        self.called_at = time.perf_counter()
        if status.output_underflow:
            self.underflows += 1

    def _finished(self) -> None:
        self.lost = not self._closing

    def start(self) -> None:
        """Begin, the input first."""
        try:
            for stream in self._streams:
                stream.start()
        except self._error as error:
            self.close()
            raise DeviceError(f"The microphone {self.input_name} cannot be started: {error}.") from None

    def close(self) -> None:
        """Abort: to stop would wait for a device that may never give or take another frame."""
        self._closing = True
        for stream in self._streams:
            for end in (stream.abort, stream.close):
                try:
                    end()
                except self._error:
                    continue
