"""Every shipped preset on sounds of the kinds that people bring: what comes out is sound, and not too loud or long.

The synthesised sounds always run; the real recordings are left out where they are not there.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine import preset
from engine.banks import Banks
from engine.chain import Chain
from engine.clip import Samples
from engine.demo import SAMPLE_RATE, demo_samples
from engine.draws import Key
from engine.dsp.loudness import integrated_loudness
from engine.files.convert import prepare
from engine.files.encode import Encoding, encode
from engine.render import render

DRAWS = 3
LONGEST_S = 4.0
REAL = ("speech/librispeech_2412-153948-0000.flac", "music", "wildlife")
LOUDER, SOFTER = 24.0, 40.0
"""LU that a take may differ from its recording by: a bird's call loses most of itself in a telephone."""

every = pytest.mark.parametrize("name", [name for name in preset.shipped() if name != "nothing"])


@pytest.fixture(scope="module")
def synthesised_banks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A folder for each bank that a preset names: hisses and decaying responses."""
    root = tmp_path_factory.mktemp("banks")
    time = np.arange(8_000) / 16_000
    for name in {bank for shipped in preset.shipped() for bank in preset.load(shipped).banks()}:
        (root / name).mkdir()
        for number in range(3):
            sound = Key.of(name, number).generator("bank").standard_normal(time.size)
            fading = sound * np.exp(-time / (0.05 if name in ("rooms", "microphones") else 5))
            whole = np.rint(fading / np.abs(fading).max() * 16_000) / 32_768
            encode(root / name / f"{number}.wav", whole.astype(np.float32)[None], 16_000, Encoding("wav", "16"))
    return {path.name: str(path) for path in root.iterdir()}


@every
def test_it_does_on_the_demo_clip_what_a_preset_may_do(name: str, synthesised_banks: dict[str, str]) -> None:
    clip = demo_samples()[:, : round(LONGEST_S * SAMPLE_RATE)]
    _check(preset.load(name), clip, SAMPLE_RATE, Banks(synthesised_banks))


@every
@pytest.mark.parametrize("kind", REAL)
def test_it_does_on_a_real_recording_what_a_preset_may_do(name: str, kind: str, data_dir: Path) -> None:
    path = data_dir / kind if kind.endswith(".flac") else sorted((data_dir / kind).glob("*.*"))[0]
    folders = {"background": "environment", "rooms": "impulse_responses", "speech": "speech"}
    recorded = prepare(path, None, "keep")
    clip = np.array(recorded.samples[:, : round(LONGEST_S * recorded.sample_rate)])
    banks = {bank: str(data_dir / folders.get(bank, "environment")) for bank in preset.load(name).banks()}
    _check(preset.load(name), clip, recorded.sample_rate, Banks(banks))


def _check(chain: Chain, clip: Samples, rate: int, banks: Banks) -> None:
    before = integrated_loudness(clip, rate)
    takes = [render(clip, rate, chain.draw(3, "a.wav", turn), banks=banks) for turn in range(1, DRAWS + 1)]
    for take in takes:
        assert np.isfinite(take).all()
        assert 0.6 < take.shape[1] / clip.shape[1] < 1.7
        assert np.abs(take).max() <= 1
        assert -SOFTER < integrated_loudness(take, rate) - before < LOUDER
    assert any(not np.array_equal(takes[0], other) for other in takes[1:]), "every draw is the same"
