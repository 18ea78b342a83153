"""What the player is told and what it shows: frozen values, the same whether it runs in a process or a thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..clip import Samples, TimeMap
from ..recipe import Drawn
from ..track import Track
from ..transform import StepNumbers
from .microphone.messages import MicrophoneMessage, MicrophoneState

Side: TypeAlias = Literal["original", "take"]
Heard: TypeAlias = Literal["original", "take", "bridge", ""]


@dataclass(frozen=True)
class Sound:
    """A track, which may still be growing, where its time came from, and by how much it is played more softly.

    One with a `turn` is taken up out of a short silence, and one whose turn was counted up is taken up anew: so
    nobody hears by the way that it is taken up whether it is another sound than before.
    """

    track: Track
    time_map: TimeMap
    gain_db: float = 0.0
    turn: int = 0


@dataclass(frozen=True)
class Bridge:
    """What to run live until the take is rendered: steps over the sound of the steps before them.

    A Measured step without an entry in `numbers` is left out. By `held_back` frames the steps before them, whose sound
    this is, are late in the render: so late the first of these begin there.
    """

    sound: Sound
    steps: tuple[Drawn, ...]
    numbers: StepNumbers = ()
    banks: tuple[tuple[str, str], ...] = ()
    held_back: int = 0


@dataclass(frozen=True)
class Follow:
    """Play this from now on, at the same place; another original's track starts at 0 and ends the loop."""

    original: Sound
    take: Sound | None = None
    bridge: Bridge | None = None


@dataclass(frozen=True)
class Play:
    """Go on from the playhead."""


@dataclass(frozen=True)
class PlayOnce:
    """Play past any loop and stop: from one time of the source to another, or from the playhead to the clip's end."""

    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True)
class Pause:
    """Stay where the playhead is."""


@dataclass(frozen=True)
class Stop:
    """Stop, and put the playhead at the start."""


@dataclass(frozen=True)
class Seek:
    """Put the playhead at a time of the source, in seconds."""

    source_s: float


@dataclass(frozen=True)
class Loop:
    """Repeat the part between two times of the source in seconds; None ends the loop."""

    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True)
class Volume:
    """Set the monitor's volume in decibels; 0 leaves every sample as it is."""

    db: float


@dataclass(frozen=True)
class Listen:
    """Switch between original and take, at the same place of the source."""

    to: Side


@dataclass(frozen=True)
class UseDevice:
    """Play through the device of that name; None takes the system's default."""

    name: str | None = None


@dataclass(frozen=True)
class Rescan:
    """Read the list of devices again and open the chosen one anew."""


@dataclass(frozen=True)
class TryPluginsAgain:
    """Start the plugins that have failed once more, however often they have."""


Message: TypeAlias = (
    Follow
    | Play
    | PlayOnce
    | Pause
    | Stop
    | Seek
    | Loop
    | Volume
    | Listen
    | UseDevice
    | Rescan
    | TryPluginsAgain
    | MicrophoneMessage
)

VOLUME_AT_START_DB = -6.0
SILENCE_DB = -120.0


@dataclass(frozen=True)
class StepCost:
    """What a step costs that runs live: its share of the time that its sound lasts, of late and at worst."""

    step_id: str
    share: float
    worst_share: float
    latency_ms: float


@dataclass(frozen=True)
class Snapshot:
    """What the player is doing at this moment, as heard; times in seconds, levels in dBFS a channel.

    `sample_rate` is the device's (0 without one), `latency_ms` is from render to ear, of which `device_ms` is the
    device's own, `load` is the share of real time that rendering ahead takes, `underruns` counts gaps while playing,
    `ring_empties` those of them that came since nothing was rendered in time, `overs` the blocks heard that reached
    full scale before the limiter; `error` is one sentence or empty, `ahead_ms` is how much lies rendered for the
    device, `costs` is of the steps that run live in what is heard, `bypassed` has a sentence for each of them whose
    plugin has failed.
    `sound_rate` is that of what is followed; where the device's is another one, it is resampled. `waits` says that what
    plays stands until a device takes sound, `news` is one sentence, for a while, about what went well by itself.
    """

    position_s: float = 0.0
    take_s: float = 0.0
    playing: bool = False
    device: str = ""
    devices: tuple[str, ...] = ()
    sample_rate: int = 0
    latency_ms: float = 0.0
    load: float = 0.0
    underruns: int = 0
    peak_db: tuple[float, ...] = ()
    rms_db: tuple[float, ...] = ()
    heard: Heard = ""
    error: str = ""
    device_ms: float = 0.0
    overs: int = 0
    true_peak_db: float = SILENCE_DB
    momentary_lufs: float = SILENCE_DB
    short_term_lufs: float = SILENCE_DB
    ahead_ms: float = 0.0
    costs: tuple[StepCost, ...] = ()
    bypassed: tuple[str, ...] = ()
    microphone: MicrophoneState = field(default_factory=MicrophoneState)
    ring_empties: int = 0
    sound_rate: int = 0
    waits: bool = False
    news: str = ""


@dataclass(frozen=True)
class TapClock:
    """Which frame of the ring was heard at a moment of `time.perf_counter`, which all processes of a machine share.

    Frames are counted through as long as the audio process lives; `rate` is the device's, 0 while there is none.
    """

    frame: int = 0
    at_s: float = 0.0
    rate: int = 0

    def frame_at(self, time_s: float) -> float:
        """The frame that is heard at a moment."""
        return self.frame + (time_s - self.at_s) * self.rate

    def time_of(self, frame: float) -> float:
        """The moment at which a frame is heard."""
        return self.at_s + (frame - self.frame) / self.rate


@dataclass(frozen=True)
class Tapped:
    """Frames that have left for the ear, (2, n), the number of the first, and the clock that they were read by."""

    samples: Samples
    start: int
    clock: TapClock
