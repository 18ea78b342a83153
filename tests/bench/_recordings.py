"""What stretching does to recordings, for which there is no perfect outcome to measure by.

A stretched recording should look, at each moment, as its source did at the moment that the map names. So spectrograms
of both are taken there and compared, by two windows: a short one shows blurred attacks, a long one shows partials that
waver. What was transposed is first played back at its old pitch (resampled), and so is a stretched one as well. The
moments at which the source's spectrum rises most are looked for in the outcome.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.clip import Samples
from tests.bench._stretchers import Stretcher

FILES = ("speech/vctk_p286_011.wav", "speech/librispeech_1088-134315-0000.wav", "music/acoustic_guitar.wav")
SECONDS = 6
SHORT_S, LONG_S = 0.01, 0.1
STEP_S = 0.0005
REACH_S = 0.02
"""How far from where it should be an onset is looked for, in the source's time."""

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Kept:
    """How far the outcome is from the source: of its magnitudes in dB (lower is nearer), and of its onsets in ms."""

    short_db: float
    long_db: float
    late_ms: float
    onset_ms: float


def load(path: Path) -> tuple[Samples, int]:
    """The first channel of the first seconds of a recording."""
    import soundfile

    sound, rate = soundfile.read(path, frames=-1, dtype="float32", always_2d=True)
    return np.ascontiguousarray(sound.T[:1, : SECONDS * rate]), rate


def kept(stretch: Stretcher, samples: Samples, rate: int, tempo: float, semitones: float) -> Kept:
    """Measure one stretcher on one recording."""
    out = stretch(samples, rate, tempo, semitones)[0].astype(np.float32)
    source, ratio = samples[0], 2 ** (semitones / 12)
    if semitones:
        out = _played(out, 1 / ratio)
        source = _played(_played(source, ratio), 1 / ratio) if semitones > 0 else source  # it too has lost the top
    longer = ratio if semitones else 1 / tempo
    flux, there = (_flux(sound, rate, scale) for sound, scale in ((source, 1.0), (out, longer)))
    late, onsets = _onsets(flux, there)
    times = np.arange(0, source.size / rate, SHORT_S / 4)
    return Kept(
        *(_difference_db(source, out, rate, times, longer, late * STEP_S, window) for window in (SHORT_S, LONG_S)),
        late_ms=late * STEP_S * longer * 1000,
        onset_ms=float(np.mean(np.abs(onsets - late))) * STEP_S * longer * 1000,
    )


def _played(samples: Floats, rate: float) -> Floats:
    import soxr

    return soxr.resample(np.array(samples), rate, 1.0, quality="VHQ")


def _magnitudes(samples: Floats, rate: int, times: Floats, window_s: float) -> Floats:
    size = 2 * round(window_s * rate / 2)
    padded = np.pad(samples, (size, size))
    starts = np.clip(np.rint(times * rate).astype(int) + size // 2, 0, padded.size - size)
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[starts]
    return np.abs(np.fft.rfft(frames * np.hanning(size + 1)[:size].astype(np.float32)))


def _difference_db(
    source: Floats, out: Floats, rate: int, times: Floats, longer: float, late_s: float, window_s: float
) -> float:
    """The energy of the difference of both magnitudes, as a share of the source's."""
    wanted = _magnitudes(source, rate, times, window_s)
    found = _magnitudes(out, rate, (times + late_s) * longer, window_s)
    return float(10 * np.log10(np.square(wanted - found).sum() / np.square(wanted).sum()))


def _flux(samples: Floats, rate: int, longer: float) -> Floats:
    """By how much the spectrum rises at each step of the source's time, smoothed over 5 ms."""
    times = np.arange(0, samples.size / rate / longer, STEP_S) * longer
    rise = np.diff(np.log1p(1000 * _magnitudes(samples, rate, times, SHORT_S)), axis=0)
    smooth = np.hanning(12)
    return np.convolve(np.maximum(rise, 0).sum(1), smooth / smooth.sum(), "same")


def _onsets(flux: Floats, there: Floats) -> tuple[int, NDArray[np.int64]]:
    """By how many steps the outcome is late as a whole, and each of the source's onsets by itself."""
    reach, side = round(REACH_S / STEP_S), round(0.03 / STEP_S)
    high = flux.mean() + 1.5 * flux.std()
    inside = range(reach + side, min(flux.size, there.size) - reach - side)
    peaks = [at for at in inside if flux[at] > high and flux[at] == flux[at - side : at + side + 1].max()]
    shifts = np.arange(-reach, reach + 1)

    def likeness(at: int) -> Floats:
        shape = flux[at - reach : at + reach + 1]
        parts = np.lib.stride_tricks.sliding_window_view(there[at - 2 * reach : at + 2 * reach + 1], shape.size)
        return (parts - parts.mean(1, keepdims=True)) @ (shape - shape.mean())

    found = np.array([likeness(at) for at in peaks])
    return int(shifts[np.argmax(found.sum(0))]), shifts[np.argmax(found, axis=1)]
