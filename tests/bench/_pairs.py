"""What each of audiomentations' transforms is compared with: one of ours with the same settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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
    make: Callable[..., Any] | None = field(default=None, compare=False)


def pairs(background: str, rooms: str) -> list[Pair]:
    """All pairs; the two folders hold a noise and an impulse response."""
    return [
        Pair("Gain", "Gain", {"gain_db": -6}, {"min_gain_db": -6, "max_gain_db": -6}),
        Pair("PolarityInversion", "PolarityInversion", {}, {}),
        Pair("PeakNormalize", "Normalize", {"peak_db": 0}, {}),
        Pair("LoudnessNormalize", "LoudnessNormalization", {"loudness_lufs": -20}, {"min_lufs": -20, "max_lufs": -20}),
        Pair("Shift", "Shift", {"shift_percent": 25}, {"min_shift": 0.25, "max_shift": 0.25}),
        Pair("Reverse", "Reverse", {}, {}, note="theirs gives a view and copies nothing"),
        Pair("Trim", "Trim", {"top_db": 30}, {"top_db": 30}),
        Pair("TimeMask", "TimeMask", {"width_percent": 10}, {"min_band_part": 0.1, "max_band_part": 0.1}),
        Pair("Clipping", "Clip", {"threshold_db": -12}, {"a_min": -0.25, "a_max": 0.25}),
        Pair("BitCrush", "BitCrush", {"bit_depth": 8}, {"min_bit_depth": 8, "max_bit_depth": 8}),
        Pair("TanhDistortion", "TanhDistortion", {"drive_db": 12}, {"min_distortion": 0.3, "max_distortion": 0.3}),
        Pair("HighPass", "HighPassFilter", *_cutoff(300, 12)),
        Pair("LowPass", "LowPassFilter", *_cutoff(3000, 24)),
        Pair("BandPass", "BandPassFilter", *_band(12)),
        Pair(
            "SevenBandEq", "SevenBandParametricEQ", {f"gain_{hz}_hz_db": 5 for hz in BANDS_HZ},
            {"min_gain_db": 5, "max_gain_db": 5},
        ),
        Pair("Limiter", "Limiter", {"ceiling_db": -12}, {"min_threshold_db": -12, "max_threshold_db": -12, "threshold_mode": "absolute"}),
        Pair("WhiteNoise", "AddGaussianSNR", *_snr(20)),
        Pair("ColorNoise", "AddColorNoise", *_merged(_snr(20), ({"slope_db_per_octave": -3}, {"min_f_decay": -3, "max_f_decay": -3}))),
        Pair("BackgroundNoise", "AddBackgroundNoise", *_merged(_snr(20), ({}, {"sounds_path": background}))),
        Pair("ImpulseResponse", "ApplyImpulseResponse", {}, {"ir_path": rooms}),
        Pair("PitchShift", "PitchShift", {"semitones": 4}, {"min_semitones": 4, "max_semitones": 4}, note="+4"),
        Pair("PitchShift", "PitchShift", {"semitones": -4}, {"min_semitones": -4, "max_semitones": -4}, note="-4"),
        Pair("TimeStretch", "TimeStretch", {"rate": 0.8}, {"min_rate": 0.8, "max_rate": 0.8, "leave_length_unchanged": False}, note="0.8"),
        Pair("TimeStretch", "TimeStretch", {"rate": 1.25}, {"min_rate": 1.25, "max_rate": 1.25, "leave_length_unchanged": False}, note="1.25"),
        Pair("Mp3", "Mp3Compression", {"bitrate_kbps": 64}, {"min_bitrate": 64, "max_bitrate": 64}),
    ]  # fmt: skip


BANDS_HZ = (63, 140, 300, 630, 1400, 3000, 6300)
Both = tuple[dict[str, Any], dict[str, Any]]


def _cutoff(hertz: int, slope: int) -> Both:
    theirs = {"min_cutoff_freq": hertz, "max_cutoff_freq": hertz, "min_rolloff": slope, "max_rolloff": slope}
    return {"cutoff_hz": hertz, "slope_db_per_octave": slope}, theirs


def _band(slope: int) -> Both:
    theirs = {
        "min_center_freq": 1000, "max_center_freq": 1000, "min_bandwidth_fraction": 1, "max_bandwidth_fraction": 1,
        "min_rolloff": slope, "max_rolloff": slope,
    }  # fmt: skip
    return {"center_hz": 1000, "bandwidth_octaves": 1.4, "slope_db_per_octave": slope}, theirs


def _snr(decibels: int) -> Both:
    return {"snr_db": decibels}, {"min_snr_db": decibels, "max_snr_db": decibels}


def _merged(first: Both, second: Both) -> Both:
    return first[0] | second[0], first[1] | second[1]
