"""What the window shows of a file is what an export makes of it, whatever the file: one way in, one loop."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.chain import Chain, Step
from engine.files.convert import prepare
from engine.files.probe import probe
from engine.files.scan import scan
from engine.recipe import Recipe
from engine.render import render
from engine.takes import DecodeRequest, RenderRequest
from engine.track import Scratch, TrackReader
from tests.engine.files import corpus

STEPS = ("TimeStretch", "HighPass", "PeakNormalize", "Shift", "TanhDistortion", "WhiteNoise", "Limiter")


def in_the_window(path: Path | str, recipe: Recipe) -> np.ndarray:
    """The take by the window's way: decoded into a track, its prefix into a second, the rest into a third."""
    scratch = Scratch()
    try:
        info = probe(path)
        original = scratch.new(info.sample_rate, info.channels, info.frames)
        DecodeRequest(str(path), original).run()
        split = recipe.split()
        prefix, take = (scratch.new(info.sample_rate, info.channels, info.frames) for _ in range(2))
        RenderRequest(original, cut(recipe, slice(split)), (), prefix).run()
        RenderRequest(prefix, cut(recipe, slice(split, None)), (), take).run()
        return np.array(TrackReader(take).samples())
    finally:
        scratch.close()


def cut(recipe: Recipe, part: slice) -> Recipe:
    """Some of a recipe's steps."""
    return Recipe(recipe.seed, recipe.source, recipe.variant, recipe.steps[part])


def drawn(name: str) -> Recipe:
    """A draw with steps of every kind, two of them changing time."""
    return Chain(steps=tuple(Step(id=step, transform=step) for step in STEPS)).draw(7, name, 2)


def assert_alike(path: Path | str) -> None:
    """The window's take and training code's are the same samples."""
    recipe = drawn(Path(path).name)
    clip = prepare(path, None, "keep")
    expected = render(clip.samples, clip.sample_rate, recipe)
    np.testing.assert_array_equal(in_the_window(path, recipe), expected)
    soundfile_like = np.asfortranarray(clip.samples)
    np.testing.assert_array_equal(render(soundfile_like, clip.sample_rate, recipe), expected)


@pytest.mark.parametrize("coding", ["u8", "s16", "s24", "s32", "f32", "f64", "s16be", "s24in32"])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_wav_of_any_coding(coding: str, channels: int, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(corpus.plain_wav(corpus.sound(channels, 9000), 22_050, coding))
    assert_alike(path)


@pytest.mark.parametrize("frames", [1, 2, 511, 513])
def test_a_clip_of_few_frames(frames: int, tmp_path: Path) -> None:
    path = tmp_path / "short.wav"
    path.write_bytes(corpus.plain_wav(corpus.sound(2, frames), 8000, "s16"))
    assert_alike(path)


@pytest.mark.parametrize(
    ("kind", "coding", "rate"),
    [("FLAC", "PCM_24", 96_000), ("OGG", "VORBIS", 44_100), ("AIFF", "PCM_16", 11_025), ("WAV", "IMA_ADPCM", 8000)],
)
def test_what_libsndfile_decodes(kind: str, coding: str, rate: int, tmp_path: Path) -> None:
    assert_alike(corpus.by_soundfile(tmp_path / "a", corpus.sound(2, 20_000), rate, kind, coding))


@pytest.mark.parametrize(("muxer", "codec"), [("mp3", "libmp3lame"), ("ipod", "aac"), ("asf", "wmav2")])
def test_what_the_second_decoder_reads(muxer: str, codec: str, tmp_path: Path) -> None:
    assert_alike(corpus.by_pyav(tmp_path / "a", corpus.sound(2, 30_000), 44_100, muxer, codec))


def test_the_real_odd_ones(data_dir: Path) -> None:
    found = [one for one in scan([data_dir / "odd_formats"]) if (probe(one.path).frames or 0) < 500_000]
    assert len(found) > 1
    for one in found:
        assert_alike(one.path)
