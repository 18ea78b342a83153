"""Pitch shifters that stream, fed with blocks of 512 and aligned by the latency that each declares.

Signalsmith is not among them: python-stretch begins anew in each call, and a tone in blocks comes back as another. Nor
is pedalboard's PitchShift, which gives silence in blocks of 512 (0.9.26).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.clip import Samples
from engine.draws import Draw, Key
from engine.transform import QUANTUM, StreamSpec
from engine.transforms.pitch_time import LivePitch
from tests.bench import _recordings
from tests.support.measures import clicks, onsets, tone, tone_error

RATE = 48_000
SEMITONES = (4.0, -4.0, 12.0, -12.0)
TONES_HZ = (80.0, 110.0, 440.0, 2000.0)
CLICK_TIMES = np.arange(0.5, 5.5, 0.5)
CENTS, MEDIAN_CENTS, LEVEL_DB, LATE_MS, LATENCY_MS = 2.0, 5.0, 0.5, 5.0, 100.0

Stream: TypeAlias = Callable[[Samples], Samples]
Shifter: TypeAlias = Callable[[int, int, float], tuple[Stream, int]]
"""(rate, channels, semitones) -> what takes a block and gives what there is, and its latency in frames."""


def ours(rate: int, channels: int, semitones: float, formants: str = "move") -> tuple[Stream, int]:
    """Variophone's LivePitch."""
    step = LivePitch(semitones=semitones, formants=formants)
    running = step.processor(StreamSpec(rate, channels), Draw(Key.of("bench")))
    return running.process, running.latency


def rubberband(finer: bool) -> Shifter:
    """Rubber Band's real-time mode through pylibrb."""

    def shifter(rate: int, channels: int, semitones: float) -> tuple[Stream, int]:
        from pylibrb import Option, RubberBandStretcher

        engine = Option.ENGINE_FINER if finer else Option.ENGINE_FASTER
        options = Option.PROCESS_REALTIME | engine | Option.THREADING_NEVER | Option.PitchHighConsistency
        band = RubberBandStretcher(rate, channels, options, 1.0, 2 ** (semitones / 12))
        band.process(np.zeros((channels, band.get_preferred_start_pad()), np.float32), False)

        def stream(block: Samples) -> Samples:
            band.process(block, False)
            return band.retrieve_available()

        return stream, band.get_start_delay()

    return shifter


KEPT = "formants kept"
SHIFTERS: dict[str, Shifter] = {
    "Variophone": ours,
    KEPT: partial(ours, formants="keep"),
    "Rubber Band R3": rubberband(finer=True),
    "Rubber Band R2": rubberband(finer=False),
}


@dataclass
class Fed:
    """What came out, aligned; how long it was held back at most, and the share of a block's period that it took."""

    sound: Samples
    held_ms: float
    load: float


def fed(shifter: Shifter, samples: Samples, rate: int, semitones: float) -> Fed:
    """Feed a clip, then silence until all of it has come back."""
    stream, latency = shifter(rate, samples.shape[0], semitones)
    wanted, out, taken, given, held = samples.shape[1] + latency, [], 0, 0, latency
    spent = 0.0
    while given < wanted and taken < wanted + 4 * rate:
        block = np.zeros((samples.shape[0], QUANTUM), np.float32)
        part = samples[:, taken : taken + QUANTUM]
        block[:, : part.shape[1]] = part
        began = time.process_time()
        out.append(stream(block))
        spent += time.process_time() - began
        taken += QUANTUM
        given += out[-1].shape[1]
        held = max(held, taken - given + latency)
    sound = np.concatenate(out, axis=1)[:, latency:wanted]
    return Fed(sound, held / rate * 1000, spent / (taken / rate))


def tones(shifter: Shifter, semitones: float) -> tuple[float, float, float]:
    """The worst of cents, energy beside it in dB, and level in dB, of steady tones."""
    found = []
    for hz in TONES_HZ:
        out = fed(shifter, tone(hz, RATE, 3.0), RATE, semitones).sound[0]
        level = 20 * np.log10(np.sqrt(2 * np.square(out[RATE:-RATE]).mean()) / 0.5)
        found.append((*tone_error(out, hz * 2 ** (semitones / 12), RATE), float(level)))
    cents, beside, levels = zip(*found, strict=True)
    return max(cents, key=abs), max(beside), max(levels, key=abs)


def late_ms(shifter: Shifter, semitones: float) -> float:
    """How far the attack that lies worst is from where it was."""
    source = clicks(RATE, 6.0, CLICK_TIMES)
    expected = onsets(source[0], RATE, CLICK_TIMES)
    found = onsets(fed(shifter, source, RATE, semitones).sound[0], RATE, expected)
    return float(max((found - expected) * 1000, key=abs))


def chord_db(shifter: Shifter, semitones: float) -> float:
    """The energy beside a chord of three notes with four partials each."""
    hertz = np.array([note * partial for note in (220.0, 277.18, 349.23) for partial in (1, 2, 3, 4)])
    times, middle = np.arange(2 * RATE) / RATE, slice(RATE // 2, -RATE // 2)
    chord = 0.05 * np.sin(2 * np.pi * hertz[:, None] * times).sum(0, keepdims=True).astype(np.float32)
    out = fed(shifter, chord, RATE, semitones).sound[0, middle].astype(np.float64)
    phases = 2 * np.pi * 2 ** (semitones / 12) * hertz[:, None] * times[middle]
    basis = np.concatenate((np.cos(phases), np.sin(phases))).T
    rest = out - basis @ np.linalg.lstsq(basis, out, rcond=None)[0]
    return float(10 * np.log10(np.square(rest).mean() / np.square(out).mean()))


def load(shifter: Shifter) -> float:
    """The share of a block's period that stereo noise takes, in percent; the least of three."""
    noise = Key.of("speed").generator().standard_normal((2, 3 * RATE), np.float32) * np.float32(0.1)
    return 100 * min(fed(shifter, noise, RATE, 4.0).load for _ in range(3))


def live_rows() -> Iterator[tuple[bool, list[str]]]:
    """A row for each interval and shifter; whether ours is in tune, on time, as loud and in time for the block."""
    for semitones in SEMITONES:
        for name, shifter in SHIFTERS.items():
            if name == KEPT:
                continue  # a lone sine leaves the formant that it made
            try:
                cents, beside, level = tones(shifter, semitones)
            except ImportError:
                yield True, [f"{semitones:+.0f} st", name, "not installed"]
                continue
            held = fed(shifter, tone(440, RATE, 1.0), RATE, semitones).held_ms
            late, taken = late_ms(shifter, semitones), load(shifter)
            good = abs(cents) <= CENTS and abs(level) <= LEVEL_DB and abs(late) <= LATE_MS and held <= LATENCY_MS
            figures = f"{held:.0f}", f"{cents:.2f}", f"{beside:.0f}", f"{chord_db(shifter, semitones):.0f}"
            yield (
                (good and taken < 25) or shifter is not ours,
                [f"{semitones:+.0f} st", name, *figures, f"{level:+.2f}", f"{late:+.1f}", f"{taken:.1f}"],
            )


def live_recording_rows(folder: Path) -> Iterator[tuple[bool, list[str]]]:
    """How far the pitch of recordings is from where it should be, and how near they are to their source."""
    for name in _recordings.FILES:
        samples, rate = _recordings.load(folder / name)
        there = _pitch(samples[0], rate)
        for semitones in SEMITONES[:2]:
            for by, shifter in SHIFTERS.items():
                try:
                    out = fed(shifter, samples, rate, semitones).sound
                except ImportError:
                    continue
                cents = _apart(there, _pitch(out[0], rate, semitones), semitones)
                kept = _recordings.kept(partial(_as_stretcher, shifter), samples, rate, 1.0, semitones)
                figures = f"{cents:.1f}", f"{kept.short_db:.1f}", f"{kept.long_db:.1f}", f"{kept.late_ms:+.1f}"
                row = [f"{Path(name).stem[:12]}, {semitones:+.0f} st", by, *figures]
                yield cents <= MEDIAN_CENTS or shifter is not ours, row


def _as_stretcher(shifter: Shifter, samples: Samples, rate: int, _tempo: float, semitones: float) -> Samples:
    return fed(shifter, samples, rate, semitones).sound


def _pitch(sound: Samples, rate: int, semitones: float = 0.0) -> NDArray[np.floating]:
    """The pitch every 16 ms in hertz, by librosa's YIN; NaN where it is 30 dB below the loudest."""
    import librosa

    ratio = 2 ** (semitones / 12)
    hop, size = round(0.016 * rate), 2 * round(0.032 * rate)
    found: NDArray[np.floating] = librosa.yin(
        sound, fmin=70 * ratio, fmax=500 * ratio, sr=rate, frame_length=size, hop_length=hop
    )
    level = librosa.feature.rms(y=sound, frame_length=size, hop_length=hop)[0, : found.size]
    return np.where(level > level.max() * 10**-1.5, found, np.nan)


def _apart(there: NDArray[np.floating], found: NDArray[np.floating], semitones: float) -> float:
    """The median distance in cents of what is voiced in both."""
    frames = min(there.size, found.size)
    apart = np.abs(1200 * np.log2(found[:frames] / there[:frames]) - 100 * semitones)
    return float(np.nanmedian(apart))
