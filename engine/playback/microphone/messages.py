"""What the microphone is told and what it shows: frozen values that cross into the audio process and out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ...recipe import Drawn

SOURCE = "microphone"
"""The source that the chain is drawn for: the same draw at every start, and another than any recording's."""

Picked: TypeAlias = Literal["1", "2", "stereo", "mono"]
"""Which of a device's first two channels are heard: one of them, both side by side, or their mean."""
PICKS: tuple[Picked, ...] = ("stereo", "mono", "1", "2")

Latency: TypeAlias = Literal["low", "balanced", "safe"]
LATENCIES: tuple[Latency, ...] = ("low", "balanced", "safe")

Recorded: TypeAlias = Literal["in", "out"]
"""What comes in, as it comes; or what the chain makes of it, before muting, volume and limiter."""


@dataclass(frozen=True)
class OpenMicrophone:
    """Let a microphone be heard, muted at first; playback of recordings pauses. None is the system's default."""

    device: str | None = None
    picked: Picked = "stereo"
    latency: Latency = "balanced"


@dataclass(frozen=True)
class CloseMicrophone:
    """Let the microphone go, and keep what was recorded."""


@dataclass(frozen=True)
class LiveChain:
    """What the chain drew for the microphone, and where its banks lie."""

    steps: tuple[Drawn, ...] = ()
    banks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Mute:
    """Mute the microphone, or let it be heard."""

    muted: bool


@dataclass(frozen=True)
class Record:
    """Begin to record, into a new file of that folder."""

    what: Recorded
    folder: str


@dataclass(frozen=True)
class EndRecording:
    """End the recording and give its file its name."""


MicrophoneMessage: TypeAlias = OpenMicrophone | CloseMicrophone | LiveChain | Mute | Record | EndRecording


@dataclass(frozen=True)
class Input:
    """A device that sound comes from."""

    name: str
    channels: int


@dataclass(frozen=True)
class Skipped:
    """A step that does not run on the microphone, and why: half a sentence."""

    step: str
    reason: str


@dataclass(frozen=True)
class Delays:
    """Where the time goes between the microphone and the ear, in milliseconds."""

    input_ms: float = 0.0
    waiting_ms: float = 0.0
    """In the rings between the devices and the chain."""
    steps_ms: float = 0.0
    output_ms: float = 0.0

    @property
    def total_ms(self) -> float:
        """All of it."""
        return self.input_ms + self.waiting_ms + self.steps_ms + self.output_ms


@dataclass(frozen=True)
class RecordingState:
    """What is being recorded, or was last: `path` is there when the file has its name, `error` is one sentence."""

    number: int = 0
    """Counts the recordings of this audio process."""
    what: Recorded = "in"
    running: bool = False
    seconds: float = 0.0
    dropouts: int = 0
    path: str = ""
    error: str = ""


@dataclass(frozen=True)
class MicrophoneState:
    """How the microphone stands; `error` is one sentence or empty, levels are in dBFS a channel that comes in.

    `device` is empty while no microphone is open. `overs` counts the blocks that came in at full scale, `drift` the
    corrections of two clocks that run apart, `dropouts` the gaps.
    """

    inputs: tuple[Input, ...] = ()
    device: str = ""
    channels: int = 0
    sample_rate: int = 0
    output: str = ""
    one_clock: bool = False
    muted: bool = True
    howled: bool = False
    """Whether it was muted because it howled."""
    peak_db: tuple[float, ...] = ()
    overs: int = 0
    delays: Delays = Delays()
    skipped: tuple[Skipped, ...] = ()
    drift: int = 0
    dropouts: int = 0
    recording: RecordingState = RecordingState()
    error: str = ""
