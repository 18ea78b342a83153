"""Ours and the alternatives, each as one function: (samples, sample rate, tempo, semitones) -> samples."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from engine.clip import Samples
from engine.draws import Draw, Key
from engine.transform import StreamSpec
from engine.transforms.pitch_time import PitchShift, TimeStretch

Stretcher: TypeAlias = Callable[[Samples, int, float, float], Samples]


def ours(samples: Samples, rate: int, tempo: float, semitones: float) -> Samples:
    """Variophone's PitchShift or TimeStretch."""
    step = PitchShift(semitones=semitones) if semitones else TimeStretch(rate=tempo)
    return step.apply(samples, StreamSpec(rate, *samples.shape), Draw(Key.of("bench")))[0]


def signalsmith(samples: Samples, rate: int, tempo: float, semitones: float) -> Samples:
    """Signalsmith Stretch with its own transposition, as audiomentations uses it."""
    from python_stretch import Signalsmith

    stretcher = Signalsmith.Stretch(1)
    stretcher.preset(samples.shape[0], rate)
    stretcher.setTransposeSemitones(semitones)
    stretcher.setTimeFactor(tempo)
    return np.asarray(stretcher.process(samples))


def pedalboard_best(samples: Samples, rate: int, tempo: float, semitones: float) -> Samples:
    """Rubber Band R3 in pedalboard.time_stretch, formants moving along."""
    import pedalboard

    return pedalboard.time_stretch(samples, rate, tempo, semitones, high_quality=True, preserve_formants=False)


def rubberband(finer: bool) -> Stretcher:
    """Rubber Band through pylibrb, offline."""

    def stretch(samples: Samples, rate: int, tempo: float, semitones: float) -> Samples:
        from pylibrb import Option, RubberBandStretcher

        engine = Option.ENGINE_FINER if finer else Option.ENGINE_FASTER
        options = Option.PROCESS_OFFLINE | engine | Option.THREADING_NEVER | Option.PitchHighQuality
        band = RubberBandStretcher(rate, samples.shape[0], options, 1 / tempo, 2 ** (semitones / 12))
        band.set_expected_input_duration(samples.shape[1])
        band.set_max_process_size(samples.shape[1])
        band.study(samples, True)
        band.process(samples, True)
        return band.retrieve_available()

    return stretch


def librosa_vocoder(samples: Samples, rate: int, tempo: float, semitones: float) -> Samples:
    """librosa's phase vocoder."""
    import librosa

    if semitones:
        return librosa.effects.pitch_shift(samples, sr=rate, n_steps=semitones)
    return librosa.effects.time_stretch(samples, rate=tempo)


def sox(samples: Samples, rate: int, tempo: float, semitones: float) -> Samples:
    """SoX's own `pitch` and `tempo`, through pipes."""
    program = shutil.which("sox")
    if program is None:
        raise ImportError("SoX is not installed: sudo apt-get install -y sox")
    form = ["-t", "raw", "-e", "floating-point", "-b", "32", "-r", str(rate), "-c", str(samples.shape[0]), "-"]
    effect = ["pitch", f"{100 * semitones:.3f}"] if semitones else ["tempo", f"{tempo:g}"]
    ran = subprocess.run(
        [program, "-V1", "-D", *form, *form, *effect], input=samples.T.tobytes(), capture_output=True, check=True
    )
    return np.frombuffer(ran.stdout, np.float32).reshape(-1, samples.shape[0]).T.copy()


STRETCHERS: dict[str, Stretcher] = {
    "Variophone": ours,
    "Signalsmith": signalsmith,
    "pedalboard R3": pedalboard_best,
    "Rubber Band R3": rubberband(finer=True),
    "Rubber Band R2": rubberband(finer=False),
    "librosa": librosa_vocoder,
    "SoX": sox,
}
