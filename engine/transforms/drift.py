"""Speed that is not what it should be: wavering recorders, clocks that run apart, sources that pass by."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..clip import Segment, TimeMap
from ..dsp.motion import Passing, Waver, Wavering, spread
from ..dsp.stretch import frames_at
from ..dsp.varispeed import read_at
from ..params import choice, number
from ..transform import WholeClip

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Draw, Key
    from ..transform import StreamSpec

UNEVEN_SINES = 5


class WowFlutter(WholeClip):
    """Makes the speed waver, slowly (wow) and quickly (flutter), as tapes and records do.

    The depths are peak deviations of the speed; one percent is 17 cents. Where the motion is uneven, five sines
    around each frequency, with the power of the one, take its place. Where in its swing each begins is drawn. The take
    is as long as it takes to play the whole clip.
    """

    also_called = ("wow", "flutter", "tape wobble", "vinyl", "cassette", "vibrato", "scrape flutter", "pitch drift")
    reference = "IEC 60386: wow and flutter as peak deviation of the speed; here unweighted"

    wow_rate_hz: float = number(
        0.8, 0.1, 6, "Hz", typical=(0.5, 2), scale="log", help="How often the speed swings slowly; for a record 0.56."
    )
    wow_depth_percent: float = number(0.5, 0, 15, "%", typical=(0.1, 2), help="How far the speed swings slowly.")
    flutter_rate_hz: float = number(
        12, 6, 100, "Hz", typical=(6, 40), scale="log", help="How often the speed swings quickly."
    )
    flutter_depth_percent: float = number(
        0.2, 0, 15, "%", typical=(0.05, 0.6), help="How far the speed swings quickly."
    )
    motion: str = choice(
        "uneven", ("even", "uneven"), help="Whether each swing is one steady sine, as of a record off its centre."
    )

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The clip at its wavering speed, and its new time."""
        rate, duration_s = spec.sample_rate, samples.shape[1] / spec.sample_rate
        wow = self._wavers(self.wow_depth_percent, self.wow_rate_hz, draw.key, "wow")
        flutter = self._wavers(self.flutter_depth_percent, self.flutter_rate_hz, draw.key, "flutter")
        speed = Wavering((*wow, *flutter))
        frames = max(round(speed.length_of(duration_s) * rate), 1)
        out = read_at(samples, speed.frames_of(rate), frames)
        return out, _map(speed.knots(frames / rate), frames / rate, duration_s)

    def _wavers(self, depth_percent: float, hertz: float, key: Key, name: str) -> tuple[Waver, ...]:
        sines = 1 if self.motion == "even" else UNEVEN_SINES
        return spread(depth_percent / 100, hertz, [2 * np.pi * key.uniform(name, index) for index in range(sines)])


class ClockDrift(WholeClip):
    """Lets the recorder's clock run fast or slow, so that long recordings run apart.

    A clock that is slow by so many millionths has counted fewer frames: played at the nominal rate the take is shorter
    and higher. A 10 minute clip at 100 ppm ends 60 ms off.
    """

    also_called = ("sample rate offset", "SRO", "clock skew", "ppm", "sampling rate mismatch")
    reference = "S. Markovich-Golan and others, Blind Sampling Rate Offset Estimation, IWAENC 2012"

    ppm: float = number(
        50, -10000, 10000, "ppm", typical=(-100, 100), help="Millionths: above 0 is shorter and higher, below 0 longer."
    )

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The clip by the other clock: as many frames as it counts, to the nearest."""
        speed, duration_s = 1 + self.ppm / 1e6, samples.shape[1] / spec.sample_rate
        frames = frames_at(samples.shape[1], speed)
        out = read_at(samples, lambda start, stop: np.arange(start, stop, dtype=np.float64) * speed, frames)
        return out, TimeMap.scaled(duration_s, frames / spec.sample_rate)


class Doppler(WholeClip):
    """Lets the sound pass by: it falls in pitch, and is loudest when it is closest.

    The source moves along a straight line at a steady speed past a listener who stands still, in air of 20 °C where
    sound travels at 343 m/s. The level falls with the distance, and is the clip's own at the closest. The take begins
    when the clip's first moment is heard and ends with its last, and so is a little longer or shorter.
    """

    also_called = ("pass by", "moving source", "drive by", "fly by", "siren")
    reference = "A. D. Pierce, Acoustics, 1989, section 9.1: sound from a source that moves"

    speed_m_per_s: float = number(
        15, 0.5, 150, "m/s", typical=(5, 40), scale="log", help="How fast the source moves; 14 m/s is 50 km/h."
    )
    closest_m: float = number(
        5, 0.5, 500, "m", typical=(2, 30), scale="log", help="How far away it is where it comes closest."
    )
    passes_at_percent: float = number(
        50,
        -100,
        200,
        "%",
        typical=(10, 90),
        help="When it is closest, as a share of the clip; before or after it, too.",
    )

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """What the listener hears, and when."""
        rate, duration_s = spec.sample_rate, samples.shape[1] / spec.sample_rate
        way = Passing(self.speed_m_per_s, self.closest_m, self.passes_at_percent / 100 * duration_s)
        frames = max(round(float(way.heard_at(np.array([duration_s]))[0]) * rate), 1)
        out = read_at(samples, lambda start, stop: way.sent_at(np.arange(start, stop) / rate) * rate, frames)
        out *= (self.closest_m / way.distance_at(way.sent_at(np.arange(frames) / rate))).astype(np.float32)
        return out, _map(way.knots(duration_s), frames / rate, duration_s)


def _map(knots: tuple[Iterable[float], Iterable[float]], length_s: float, duration_s: float) -> TimeMap:
    """The map through points of take and source, from the beginning of both to the end of both."""
    inner = [(float(out), float(source)) for out, source in zip(*knots, strict=True)][1:-1]
    points = [(0.0, 0.0), *(point for point in inner if point[0] < length_s), (length_s, duration_s)]
    return TimeMap(tuple(Segment((a[0], b[0]), (a[1], b[1])) for a, b in pairwise(points)))
