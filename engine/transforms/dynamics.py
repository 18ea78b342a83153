"""Dynamics: compressor, limiter and gate. All are linked: one gain for all channels, set by the loudest of them.

The compressor and the gate are JUCE's, by way of pedalboard, whose plugins treat each channel alone. Here the plugin
is given one channel, the loudest sample of each frame; what it did to that is the gain for all channels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..backends.board import BoardProcessor
from ..dsp.levels import gain_of
from ..dsp.limiter import LookaheadLimiter
from ..params import number
from ..transform import Processor, Streaming, StreamSpec

if TYPE_CHECKING:
    import pedalboard

    from ..clip import Samples
    from ..draws import Draw

FLOOR = np.float32(1e-6)
"""The detector's level in silence, -120 dB: below every threshold, and a gain can be read off it."""


class LinkedGain:
    """Applies to all channels the gain that a pedalboard plugin gives to the loudest sample of each frame."""

    latency = 0
    tail = 0

    def __init__(self, make: Callable[[int], pedalboard.Plugin], spec: StreamSpec, makeup: float = 1.0) -> None:
        self._detector = BoardProcessor(make, StreamSpec(spec.sample_rate, 1))
        self._makeup = np.float32(makeup)

    def process(self, block: Samples) -> Samples:
        """Work on the next block."""
        level = np.maximum(np.abs(block).max(axis=0, keepdims=True), FLOOR)
        gain: Samples = self._detector.process(level) / level * self._makeup
        return block * gain

    def reset(self, frame: int = 0) -> None:
        """Let the detector start anew."""
        self._detector.reset(frame)


def _attack() -> Any:
    return number(5, 0.1, 200, "ms", typical=(1, 30), scale="log", help="How quickly it reacts to a louder sound.")


def _release() -> Any:
    return number(100, 5, 3000, "ms", typical=(50, 500), scale="log", help="How quickly it recovers afterwards.")


class Compressor(Streaming):
    """Turns down whatever rises above a threshold, so that loud and soft come closer together."""

    also_called = ("CompressDynamicRange", "DynamicRangeCompression", "compand")
    reference = "JUCE's compressor, by way of pedalboard"

    threshold_db: float = number(-20, -60, 0, "dBFS", typical=(-30, -10), help="Level above which it is turned down.")
    ratio: float = number(4, 1, 20, ":1", typical=(1.5, 8), scale="log", help="Input rise for each dB of output.")
    attack_ms: float = _attack()
    release_ms: float = _release()
    makeup_db: float = number(0, 0, 30, "dB", typical=(0, 12), help="How much louder everything is made afterwards.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """JUCE's compressor on the loudest channel; the knee is hard."""
        import pedalboard

        settings = (self.threshold_db, self.ratio, self.attack_ms, self.release_ms)
        return LinkedGain(lambda _: pedalboard.Compressor(*settings), spec, gain_of(self.makeup_db))


class NoiseGate(Streaming):
    """Turns down whatever falls below a threshold: the room between two words."""

    also_called = ("gate", "expander", "silence suppression", "compand")
    reference = "JUCE's noise gate, by way of pedalboard"

    threshold_db: float = number(-50, -90, 0, "dBFS", typical=(-60, -35), help="Level below which it is turned down.")
    ratio: float = number(10, 1, 30, ":1", typical=(2, 15), scale="log", help="Output fall for each dB of input.")
    attack_ms: float = _attack()
    release_ms: float = _release()

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """JUCE's gate on the loudest channel."""
        import pedalboard

        settings = (self.threshold_db, self.ratio, self.attack_ms, self.release_ms)
        return LinkedGain(lambda _: pedalboard.NoiseGate(*settings), spec)


class Limiter(Streaming):
    """Keeps every sample under a ceiling, and looks ahead so that peaks are turned down smoothly."""

    version = 2
    also_called = ("BrickwallLimiter", "peak limiter", "maximizer", "gain -l")
    reference = "U. Zölzer (ed.), DAFX: Digital Audio Effects, 2nd edition, 2011, section 4.2"

    ceiling_db: float = number(-1, -60, 0, "dBFS", typical=(-12, -1), help="No sample comes out above this.")
    drive_db: float = number(0, 0, 40, "dB", typical=(0, 12), help="How much the sound is raised before the ceiling.")
    lookahead_ms: float = number(
        5, 0.5, 50, "ms", typical=(1, 10), scale="log", help="How long before a peak it begins to turn down."
    )
    release_ms: float = _release()

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """A look-ahead limiter behind a gain."""
        lookahead = round(self.lookahead_ms * spec.sample_rate / 1000)
        release = self.release_ms * spec.sample_rate / 1000
        drive = np.float32(gain_of(self.drive_db))
        return _Driven(drive, LookaheadLimiter(gain_of(self.ceiling_db), lookahead, release, spec.channels))


class _Driven:
    """A limiter with a gain before it."""

    tail = 0

    def __init__(self, drive: np.float32, limiter: LookaheadLimiter) -> None:
        self.latency = limiter.latency
        self._drive = drive
        self._limiter = limiter

    def process(self, block: Samples) -> Samples:
        """Raise and limit the next block."""
        return self._limiter.process(block * self._drive)

    def reset(self, frame: int = 0) -> None:
        """Let the limiter start anew."""
        self._limiter.reset(frame)
