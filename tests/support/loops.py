"""Speakers that reach their own microphone, in figures: what the howl detector hears until it mutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import iirpeak, lfilter

from engine.chain import Chain, Step
from engine.playback.microphone.guard import HowlGuard
from engine.playback.microphone.messages import SOURCE, LiveChain
from engine.playback.microphone.monitor import Gate
from engine.playback.microphone.steps import slots_of
from engine.playback.program import Program
from engine.playback.safety import SafetyLimiter
from engine.transform import StreamSpec

BLOCK = 256
LOUD = 10 ** (-23 / 10)
"""The power of a sine at -20 dBFS: from here on a loop is one that somebody hears."""
LOOK_S = 0.03
LONGEST_S = 40.0
"""So long the slowest of them takes to grow up."""
HALL_S = 0.3
_TAPS = 4096

Room = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def ringing(rate: int, sharp: float) -> Room:
    """A room that rings at 1.2 kHz; its strongest frequency passes as it is."""
    numerator, denominator = iirpeak(1200, sharp, rate)
    state = np.zeros(2)

    def room(sound: NDArray[np.float32]) -> NDArray[np.float32]:
        nonlocal state
        rung, state = lfilter(numerator, denominator, sound, zi=state)
        return np.asarray(0.7 * rung + 0.3 * sound, np.float32)

    return room


def hall(rate: int, seed: int = 3) -> Room:
    """A room of decaying noise; its strongest frequency passes as it is."""
    frames = min(round(HALL_S * rate), _TAPS)
    answer = np.random.default_rng(seed).standard_normal(frames) * 10 ** (-3 * np.arange(frames) / (HALL_S * rate))
    size = 2 * _TAPS
    spectrum = np.fft.rfft(answer, size)
    spectrum /= np.abs(np.fft.rfft(answer, 16 * size)).max()
    left = np.zeros(size)

    def room(sound: NDArray[np.float32]) -> NDArray[np.float32]:
        nonlocal left
        left += np.fft.irfft(np.fft.rfft(sound, size) * spectrum, size)
        done, left = left[: sound.size], np.concatenate((left[sound.size :], np.zeros(sound.size)))
        return np.asarray(done, np.float32)

    return room


def plain(_rate: int) -> Room:
    """No room at all: every frequency goes round as it is."""
    return lambda sound: sound


ROOMS: dict[str, Callable[[int], Room]] = {
    "wide": lambda rate: ringing(rate, 1), "ringing": lambda rate: ringing(rate, 8),
    "sharp": lambda rate: ringing(rate, 30), "hall": hall, "plain": plain,
}  # fmt: skip


@dataclass(frozen=True)
class Loop:
    """From the microphone through a chain, the volume and the speakers back into the microphone."""

    delay_s: float
    gain: float
    room: str = "ringing"
    rate: int = 48000
    steps: tuple[Step, ...] = ()
    volume_db: float = 0.0
    hiss_db: float = -46.0


@dataclass(frozen=True)
class Found:
    """When a loop was loud, and when it was muted first."""

    loud_s: float | None
    muted_s: float | None
    stays: bool = False
    """Whether it was still muted in the end."""

    @property
    def after_s(self) -> float:
        """How long it was loud before it was muted; infinite where it was never muted."""
        if self.muted_s is None:
            return 0.0 if self.loud_s is None else float("inf")
        return max(self.muted_s - (self.muted_s if self.loud_s is None else self.loud_s), 0.0)


def ring(loop: Loop, most_s: float = 4.0, settled_s: float = 1.5, longest_s: float = LONGEST_S) -> Found:
    """Close a loop; given up so long after it was loud, or looked at for so long after it was muted."""
    rate, delay = loop.rate, max(round(loop.delay_s * loop.rate), BLOCK)
    drawn = Chain(steps=loop.steps, guard="none").draw(1, SOURCE, 1).steps
    program = Program(slots_of(LiveChain(drawn), StreamSpec(rate, 1))[0])
    program.start_at(0)
    room, guard, gate, limiter = ROOMS[loop.room](rate), HowlGuard(rate, loop.delay_s), Gate(rate), SafetyLimiter()
    air, hiss = np.zeros(delay, np.float32), np.random.default_rng(4)
    volume, loud, muted = np.float32(10 ** (loop.volume_db / 20)), None, None
    gate.open, power = True, 0.0
    for start in range(0, round(longest_s * rate), BLOCK):
        back = loop.gain * room(air[:BLOCK])
        comes = back + hiss.uniform(-1, 1, BLOCK) * 10 ** (loop.hiss_db / 20)
        came = np.clip(comes, -1, 1).astype(np.float32)[None]
        wet = gate.process(program.process(came)) * volume
        verdict = guard.feed(came, np.repeat(wet, 2, axis=0), heard=gate.open)
        gate.open = verdict == "let" or (gate.open and verdict != "mute")
        air = np.concatenate((air[BLOCK:], limiter.process(wet, rate)[0]))
        now = (start + BLOCK) / rate
        power += (float(np.square(wet).mean()) - power) * BLOCK / (LOOK_S * rate)
        loud = now if loud is None and muted is None and power >= LOUD else loud
        muted = now if muted is None and verdict == "mute" else muted
        if (muted is not None and now > muted + settled_s) or (muted is None and loud and now > loud + most_s):
            break
    return Found(loud, muted, not gate.open)


def from_outside(sound: NDArray[np.float32], rate: int) -> tuple[list[float], bool]:
    """When a sound that no speakers make is muted, and whether it still is in the end for good."""
    guard, pauses, heard = HowlGuard(rate, 0.1), list[float](), True
    for start in range(0, sound.shape[1] - BLOCK + 1, BLOCK):
        came = sound[:, start : start + BLOCK]
        verdict = guard.feed(came, came if heard else np.zeros_like(came), heard=heard)
        heard = verdict == "let" or (heard and verdict != "mute")
        if verdict == "mute":
            pauses.append(start / rate)
    return pauses, bool(pauses) and not heard
