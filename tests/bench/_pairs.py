"""What each of audiomentations' transforms is compared with: one of ours with the same settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FASTER = {"WhiteNoise": 2.2, "SevenBandEq": 3.0, "ImpulseResponse": 2.0, "ColorNoise": 2.0}
"""Where more is asked than not to be slower."""


@dataclass(frozen=True)
class Pair:
    """A transform of ours, its settings, and what makes theirs; `note` says how the two differ."""

    ours: str
    theirs: str
    settings: dict[str, Any]
    arguments: dict[str, Any]
    note: str = ""


def pairs(background: str, rooms: str) -> list[Pair]:
    """All pairs; the two folders hold a noise and an impulse response."""
    return [
        Pair("Gain", "Gain", {"gain_db": -6}, _same(gain_db=-6)),
        Pair("PolarityInversion", "PolarityInversion", {}, {}),
        Pair("PeakNormalize", "Normalize", {"peak_db": 0}, {}),
        Pair("LoudnessNormalize", "LoudnessNormalization", {"loudness_lufs": -20}, _same(lufs=-20)),
        Pair(
            "GainTransition", "GainTransition", {"start_gain_db": -20, "end_gain_db": 3, "duration_s": 3},
            {"min_gain_db": -20, "max_gain_db": 3, **_same(duration=3.0)},
        ),
        Pair("Shift", "Shift", {"shift_percent": 25}, _same(shift=0.25)),
        Pair("Reverse", "Reverse", {}, {}, note="theirs gives a view and copies nothing"),
        Pair("Trim", "Trim", {"top_db": 30}, {"top_db": 30}),
        Pair("FixedDuration", "AdjustDuration", {"duration_s": 8}, {"duration_seconds": 8}, note="shorter"),
        Pair("FixedDuration", "AdjustDuration", {"duration_s": 12}, {"duration_seconds": 12}, note="longer"),
        Pair("Padding", "Padding", {"share_percent": 30, "keep_length": True}, _same(fraction=0.3)),
        Pair(
            "RepeatPart", "RepeatPart", {"repeats": 2, "part_s": 1},
            {**_same(repeats=2, part_duration=1.0), "mode": "insert"},
        ),
        Pair("TimeMask", "TimeMask", {"width_percent": 10}, _same(band_part=0.1)),
        Pair("Clipping", "Clip", {"threshold_db": -12}, {"a_min": -0.25, "a_max": 0.25}),
        Pair("PercentileClipping", "ClippingDistortion", {"clipped_percent": 20}, _same(percentile_threshold=20)),
        Pair("Aliasing", "Aliasing", {"rate_hz": 8000}, _same(sample_rate=8000)),
        Pair("BitCrush", "BitCrush", {"bit_depth": 8}, _same(bit_depth=8)),
        Pair("TanhDistortion", "TanhDistortion", {"drive_db": 12}, _same(distortion=0.3)),
        Pair("HighPass", "HighPassFilter", *_cutoff(300, 12)),
        Pair("LowPass", "LowPassFilter", *_cutoff(3000, 24)),
        Pair("BandPass", "BandPassFilter", *_band(12)),
        Pair("BandStop", "BandStopFilter", *_band(12)),
        Pair("LowShelf", "LowShelfFilter", *_shape("corner_hz", 300)),
        Pair("HighShelf", "HighShelfFilter", *_shape("corner_hz", 3000)),
        Pair("Peaking", "PeakingFilter", *_shape("center_hz", 1000)),
        Pair(
            "SevenBandEq", "SevenBandParametricEQ", {f"gain_{hz}_hz_db": 5 for hz in BANDS_HZ},
            _same(gain_db=5),
        ),
        Pair("Limiter", "Limiter", {"ceiling_db": -12}, {**_same(threshold_db=-12), "threshold_mode": "absolute"}),
        Pair("WhiteNoise", "AddGaussianSNR", {"snr_db": 20}, _same(snr_db=20)),
        Pair("ColorNoise", "AddColorNoise", {"snr_db": 20, "slope_db_per_octave": -3}, _same(snr_db=20, f_decay=-3)),
        Pair("BackgroundNoise", "AddBackgroundNoise", {"snr_db": 20}, {**_same(snr_db=20), "sounds_path": background}),
        Pair("NoiseFloor", "AddGaussianNoise", {"level_dbfs": -40}, _same(amplitude=0.01)),
        Pair("ShortNoises", "AddShortNoises", {"bank": "background", "snr_db": 6}, {"sounds_path": background}),
        Pair("AirAbsorption", "AirAbsorption", {"distance_m": 50}, _same(distance=50)),
        Pair("RoomSimulator", "RoomSimulator", {}, {"use_ray_tracing": False}, note="without rays"),
        Pair("ImpulseResponse", "ApplyImpulseResponse", {}, {"ir_path": rooms}),
        Pair("PitchShift", "PitchShift", {"semitones": 4}, _same(semitones=4), note="+4"),
        Pair("PitchShift", "PitchShift", {"semitones": -4}, _same(semitones=-4), note="-4"),
        Pair("TimeStretch", "TimeStretch", {"rate": 0.8}, {**_same(rate=0.8), **KEEPS_TIME}, note="0.8"),
        Pair("TimeStretch", "TimeStretch", {"rate": 1.25}, {**_same(rate=1.25), **KEEPS_TIME}, note="1.25"),
        Pair("Mp3", "Mp3Compression", {"bitrate_kbps": 64}, _same(bitrate=64)),
    ]  # fmt: skip


KEEPS_TIME = {"leave_length_unchanged": False}
BANDS_HZ = (63, 140, 300, 630, 1400, 3000, 6300)
Both = tuple[dict[str, Any], dict[str, Any]]


def _same(**values: float) -> dict[str, Any]:
    """Their two ends of each range, at one value."""
    return {f"{end}_{name}": value for name, value in values.items() for end in ("min", "max")}


def _cutoff(hertz: int, slope: int) -> Both:
    return {"cutoff_hz": hertz, "slope_db_per_octave": slope}, _same(cutoff_freq=hertz, rolloff=slope)


def _shape(place: str, hertz: int) -> Both:
    return {place: hertz, "gain_db": 6, "q": 0.7}, _same(center_freq=hertz, gain_db=6, q=0.7)


def _band(slope: int) -> Both:
    ours = {"center_hz": 1000, "bandwidth_octaves": 1.4, "slope_db_per_octave": slope}
    return ours, _same(center_freq=1000, bandwidth_fraction=1, rolloff=slope)
