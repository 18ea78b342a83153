"""The docs' pictures: spectrograms of a sound before and after, as the window draws them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from engine import preset
from engine.analysis.columns import Columns
from engine.analysis.scales import Frequencies
from engine.analysis.stft import SpectrogramRequest
from engine.banks import Banks
from engine.chain import Chain, Step
from engine.clip import Samples
from engine.demo import SAMPLE_RATE
from engine.dsp.levels import decibels_of, peak_of
from engine.dsp.loudness import integrated_loudness
from engine.dsp.true_peak import TruePeak
from engine.params import Number
from engine.render import render
from engine.track import Scratch, TrackWriter
from engine.transform import find
from gui.views.colours import coloured
from pages_parts import sounds

COLUMNS_A_SECOND, ROWS = 60, 120
GAP = 6
FEW_LEVELS = np.uint8(0xFC)
"""A quarter of the levels looks the same and needs a quarter of the bytes."""
DRAWS = 3
SEED = 7


def of_transform(name: str, path: Path) -> dict[str, Any]:
    """Draw a transform's picture with the typical values that change the sound most; gives the values."""
    clip = sounds.clip()
    before = _indices(clip)
    with tempfile.TemporaryDirectory() as folder:
        bank = find(name).bank_param()
        banks = sounds.banks(Path(folder), {find(name).params()[bank].default} if bank else set())
        taken = [(values, _indices(_taken(name, values, clip, banks))) for values in _candidates(name)]
    values, after = max(taken, key=lambda one: _difference(before, one[1]))
    _write([before, after], path)
    return {"values": values}


def of_preset(name: str, path: Path) -> dict[str, Any]:
    """Draw the original and three takes of a preset; gives their levels and centroids."""
    chain = preset.load(name)
    clip = sounds.clip()
    with tempfile.TemporaryDirectory() as folder:
        banks = sounds.banks(Path(folder), chain.banks())
        takes = [_drawn(chain, variant, clip, banks) for variant in range(1, DRAWS + 1)]
    _write([_indices(sound) for sound in (clip, *takes)], path)
    return {"original": _figures(clip), "takes": [_figures(take) for take in takes]}


def _drawn(chain: Chain, variant: int, clip: Samples, banks: Banks) -> Samples:
    return render(clip, SAMPLE_RATE, chain.draw(SEED, "demo.wav", variant), banks=banks)


def _candidates(name: str) -> Iterator[dict[str, Any]]:
    """The defaults; each number at either end of its typical range, each word; and all lows and all highs."""
    yield {}
    lows, highs = {}, {}
    for param in find(name).params().values():
        if isinstance(param, Number):
            lows[param.name], highs[param.name] = (param.check_value(end) for end in param.typical)
            yield {param.name: lows[param.name]}
            yield {param.name: highs[param.name]}
        for word in getattr(param, "options", ()):
            if word != param.default:
                yield {param.name: word}
    yield lows
    yield highs


def _taken(name: str, values: dict[str, Any], clip: Samples, banks: Banks) -> Samples:
    step = Step(id=name, transform=name)
    for key, value in values.items():
        step = step.with_setting(key, value)
    return render(clip, SAMPLE_RATE, Chain(steps=(step,)).draw(SEED, "demo.wav", 1), banks=banks)


def _indices(sound: Samples) -> NDArray[np.uint8]:
    """The first channel as the indices of a mel spectrogram, (rows, columns), the highest frequency first."""
    scratch = Scratch()
    try:
        track = scratch.new(SAMPLE_RATE, 1, sound.shape[1])
        with TrackWriter(track, sound.shape[1]) as writer:
            writer.write(sound[:1])
        columns = Columns(0.0, 1 / COLUMNS_A_SECOND, max(round(sound.shape[1] / SAMPLE_RATE * COLUMNS_A_SECOND), 1))
        request = SpectrogramRequest(track, columns, ROWS, Frequencies.of("mel", SAMPLE_RATE), 1024, 256)
        return np.ascontiguousarray(request.run().indices[::-1])
    finally:
        scratch.close()


def _difference(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> float:
    wide = max(before.shape[1], after.shape[1])
    first, second = (_widened(one, wide).astype(np.int16) for one in (before, after))
    return float(np.abs(first - second).mean())


def _widened(indices: NDArray[np.uint8], columns: int) -> NDArray[np.uint8]:
    return np.pad(indices, ((0, 0), (0, columns - indices.shape[1])))


def _write(parts: Sequence[NDArray[np.uint8]], path: Path) -> None:
    """Put pictures side by side on one scale of time, with a gap that shows through."""
    pictures = [coloured(part & FEW_LEVELS, "magma", -90.0, -10.0) for part in parts]
    gap = np.zeros((ROWS, GAP, 4), np.uint8)
    joined = [piece for picture in pictures for piece in (picture, gap)][:-1]
    rgba = np.ascontiguousarray(np.concatenate(joined, axis=1))
    image = QImage(rgba.data, rgba.shape[1], rgba.shape[0], rgba.strides[0], QImage.Format.Format_RGBA8888)
    if not image.convertToFormat(QImage.Format.Format_Indexed8).save(str(path)):
        raise SystemExit(f"{path} could not be written")


def _figures(sound: Samples) -> dict[str, float]:
    loudness = integrated_loudness(sound, SAMPLE_RATE)
    power = np.square(np.abs(np.fft.rfft(sound[0])))
    hertz = np.fft.rfftfreq(sound.shape[1], 1 / SAMPLE_RATE)
    true_peak = TruePeak(sound.shape[0]).feed(np.pad(sound, ((0, 0), (0, 64))))
    return {
        "seconds": round(sound.shape[1] / SAMPLE_RATE, 2),
        "loudness_lufs": round(loudness, 1),
        "true_peak_db": round(decibels_of(max(true_peak, peak_of(sound))), 1),
        "centroid_hz": round(float(power @ hertz / power.sum()), -1),
    }
