"""How good pitch, tempo, noise and loudness are, beside the alternatives: `python tests/bench/quality.py`.

Ends with 1 if a target is missed. An alternative that is not installed is left out.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.draws import Draw, Key
from engine.dsp.loudness import integrated_loudness
from engine.dsp.noise import ColoredNoise
from engine.transform import StreamSpec
from engine.transforms.noise import ColorNoise, WhiteNoise
from tests.bench import _recordings
from tests.bench._live_pitch import live_recording_rows, live_rows
from tests.bench._stretchers import STRETCHERS, Stretcher
from tests.support.measures import clicks, onsets, tone, tone_error

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
RATE = 44_100
KEY = Key.of("quality")
CASES = ((1.0, 4.0), (1.0, -4.0), (0.8, 0.0), (1.25, 0.0))
TONES_HZ = (60.0, 110.0, 440.0, 2000.0)
CLICK_TIMES = np.arange(0.5, 5.5, 0.5)

RESIDUAL_DB, JITTER_MS, CENTS, SNR_DB, SLOPE_DB, LOUDNESS_LU = -50.0, 1.0, 1.0, 0.1, 0.5, 0.1
NEAR_DB = 0.3
"""What two measurements of recordings may differ by and still count as the same."""


@dataclass(frozen=True)
class Stretched:
    """What one stretcher did to tones and clicks; tones in the order of `TONES_HZ`."""

    cents: tuple[float, ...]
    residual_db: tuple[float, ...]
    offset_ms: float
    jitter_ms: float
    frames_off: int
    times_real_time: float

    @property
    def good(self) -> bool:
        """Whether it meets our own targets."""
        pure = max(self.residual_db) <= RESIDUAL_DB and max(map(abs, self.cents)) <= CENTS
        return pure and self.jitter_ms <= JITTER_MS and self.frames_off == 0


def stretched(stretch: Stretcher, tempo: float, semitones: float) -> Stretched:
    """Measure one stretcher in one case."""
    heard = [
        tone_error(stretch(tone(hz, RATE, 3.0), RATE, tempo, semitones)[0], hz * 2 ** (semitones / 12), RATE)
        for hz in TONES_HZ
    ]
    source = clicks(RATE, 6.0, CLICK_TIMES)
    out = stretch(source, RATE, tempo, semitones)
    expected = onsets(source[0], RATE, CLICK_TIMES) / tempo
    late = (onsets(out[0], RATE, expected) - expected) * 1000
    return Stretched(
        cents=tuple(cents for cents, _ in heard),
        residual_db=tuple(residual for _, residual in heard),
        offset_ms=float(late.mean()),
        jitter_ms=float(late.std()),
        frames_off=out.shape[1] - round(source.shape[1] / tempo),
        times_real_time=6.0 / min(cpu_seconds(stretch, tempo, semitones) for _ in range(3)),
    )


def cpu_seconds(stretch: Stretcher, tempo: float, semitones: float) -> float:
    """What 6 seconds of noise take, in this process and in those that it starts."""
    noise = Key.of("speed").generator().standard_normal((1, 6 * RATE), np.float32) * np.float32(0.1)
    began = _cpu()
    stretch(noise, RATE, tempo, semitones)
    return _cpu() - began


def _cpu() -> float:
    spent = os.times()
    return time.process_time() + spent.children_user + spent.children_system


def recording_rows() -> Iterator[tuple[bool, list[str]]]:
    """A row for each recording, case and stretcher; ours is to be no further from its source than Signalsmith."""
    if not DATA.is_dir():
        yield True, [f"the real recordings are not here: there is no {DATA}"]
        return
    for name in _recordings.FILES:
        samples, rate = _recordings.load(DATA / name)
        for tempo, semitones in CASES:
            case = f"{Path(name).stem[:12]}, " + (f"{semitones:+.0f} st" if semitones else f"tempo {tempo:g}")
            found: dict[str, _recordings.Kept] = {}
            for by, stretch in STRETCHERS.items():
                with contextlib.suppress(ImportError):
                    found[by] = _recordings.kept(stretch, samples, rate, tempo, semitones)
            best = found.get("Signalsmith", found["Variophone"])
            for by, kept in found.items():
                near = kept.short_db <= best.short_db + NEAR_DB and kept.long_db <= best.long_db + NEAR_DB
                figures = (kept.short_db, kept.long_db, kept.late_ms, kept.onset_ms)
                yield near or by != "Variophone", [case, by, *(f"{figure:.1f}" for figure in figures)]


def stretch_rows() -> Iterator[tuple[bool, list[str]]]:
    """A row for each case and stretcher, and whether ours met its targets in it."""
    for tempo, semitones in CASES:
        case = f"pitch {semitones:+.0f} st" if semitones else f"tempo {tempo:g}"
        for name, stretch in STRETCHERS.items():
            try:
                found = stretched(stretch, tempo, semitones)
            except ImportError:
                yield True, [case, name, "not installed"]
                continue
            worst = max(found.cents, key=abs)
            yield (
                found.good or name != "Variophone",
                [case, name, f"{found.cents[2]:.2f}", f"{worst:.2f}", f"{found.residual_db[2]:.1f}",
                 f"{max(found.residual_db):.1f}", f"{found.offset_ms:.2f}", f"{found.jitter_ms:.2f}",
                 f"{found.frames_off}", f"{found.times_real_time:.0f}"],
            )  # fmt: skip


def noise_rows() -> Iterator[tuple[bool, list[str]]]:
    """How far each ratio and slope is off."""
    for frames in (1, 4_410, 441_000):
        for kind in (WhiteNoise, ColorNoise):
            error = max(abs(snr_error(kind(snr_db=snr_db), frames)) for snr_db in (0.0, 20.0, 40.0))
            yield error <= SNR_DB, [f"{kind.__name__}, {frames} frames", f"{error:.4f} dB", f"{SNR_DB} dB"]
    for rate in (8_000, 44_100, 192_000):
        for slope in (0.0, -3.0, -6.0, 3.0, 6.0):
            error = abs(slope_of(ColoredNoise(KEY, 1, rate, slope).read(0, 1 << 21)[0], rate) - slope)
            yield error <= SLOPE_DB, [f"slope {slope:+.0f} dB/oct at {rate} Hz", f"{error:.3f} dB", f"{SLOPE_DB} dB"]


def snr_error(step: WhiteNoise | ColorNoise, frames: int) -> float:
    """By how many decibels the ratio of what was added is off, on a tone with an offset."""
    clean = tone(440, RATE, frames / RATE, 2) + np.float32(0.01)
    spec, draw = StreamSpec(RATE, 2, frames), Draw(KEY)
    added = step.processor(spec, draw, step.measure(clean, spec, draw)).process(clean) - clean
    power = np.square(clean, dtype=np.float64).mean() / np.square(added, dtype=np.float64).mean()
    return float(10 * np.log10(power)) - step.snr_db


def slope_of(noise: np.ndarray, rate: int) -> float:
    """The slope in dB an octave from 50 Hz to 0.45 of the rate: a line through Welch's spectrum in third octaves."""
    from scipy.signal import welch

    frequencies, power = welch(noise, rate, nperseg=1 << (int(rate / 4) - 1).bit_length())
    edges = 50 * 2 ** (np.arange(int(3 * np.log2(0.45 * rate / 50)) + 1) / 3)
    bands = np.digitize(frequencies, edges)
    filled = [band for band in range(1, edges.size) if (bands == band).any()]
    level = [10 * np.log10(power[bands == band].mean()) for band in filled]
    centre = [np.log2(frequencies[bands == band].mean()) for band in filled]
    return float(np.polyfit(centre, level, 1)[0])


def loudness_rows() -> Iterator[tuple[bool, list[str]]]:
    """Our loudness beside pyloudnorm's, on noise that comes and goes."""
    import pyloudnorm

    for rate, seconds, channels in ((44_100, 0.4, 1), (16_000, 1.0, 1), (48_000, 5.0, 2), (32_000, 20.0, 2)):
        frames = round(rate * seconds)
        noise = ColoredNoise(KEY, channels, rate, -3).read(0, frames) * np.float32(0.1)
        noise *= np.sin(np.linspace(0, 9, frames, dtype=np.float32)) ** 2
        theirs = pyloudnorm.Meter(rate).integrated_loudness(noise.T)
        error = abs(integrated_loudness(noise, rate) - theirs)
        yield error <= LOUDNESS_LU, [f"{seconds} s, {channels} channels at {rate} Hz", f"{error:.4f} LU", "0.1 LU"]


def main() -> int:
    """Measure, print the tables, say what was missed."""
    from rich.console import Console
    from rich.table import Table

    columns = ("case", "by", "cents", "worst", "beside dB", "worst", "offset ms", "jitter ms", "frames off", "× time")
    tables = {
        "Pitch and tempo, 44.1 kHz; 440 Hz and the worst of 60, 110, 440, 2000 Hz": (columns, stretch_rows()),
        "Recordings: how far magnitudes at mapped times differ, by windows of 10 and 100 ms, and onsets": (
            ("recording", "by", "10 ms dB", "100 ms dB", "late ms", "onsets ms"),
            recording_rows(),
        ),
        "Pitch live, 48 kHz in blocks of 512; the worst of 80 to 2000 Hz, load of stereo noise": (
            ("by", "of", "held ms", "cents", "beside dB", "chord dB", "level dB", "attacks ms", "load %"),
            live_rows(),
        ),
        "Recordings live: the pitch's median distance, and how far magnitudes differ": (
            ("recording", "by", "cents", "10 ms dB", "100 ms dB", "late ms"),
            live_recording_rows(DATA) if DATA.is_dir() else iter(()),
        ),
        "Noise": (("measured", "off by", "at most"), noise_rows()),
        "Loudness beside pyloudnorm": (("clip", "off by", "at most"), loudness_rows()),
    }
    console, missed = Console(width=120), 0
    for title, (names, rows) in tables.items():
        table = Table(*names, title=title)
        for met, row in rows:
            table.add_row(*row, style=None if met else "red")
            missed += not met
        console.print(table)
    console.print(f"{missed} targets missed" if missed else "every target met")
    return min(missed, 1)


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sys.exit(main())
