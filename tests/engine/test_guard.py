"""The guard: the last step of a chain, which keeps sound within full scale and leaves alone what is within it."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import preset
from engine.chain import GUARD, GUARDS, Chain, Step
from engine.clip import Samples
from engine.draws import Draw, Key
from engine.dsp.pointwise import Unchanged
from engine.dsp.true_peak_limiter import true_peak
from engine.params import SettingError
from engine.playback.builder import slots_of
from engine.playback.messages import Bridge
from engine.playback.program import Program
from engine.playback.voice import LiveVoice
from engine.render import Rendered, Renderer, render, run
from engine.transform import StreamSpec
from engine.transforms.guard import FULL_SCALE, LevelGuard
from tests.support.playing import sound_of

RATE = 16_000


def decibels(factor: float) -> float:
    return 20 * float(np.log10(factor))


def oversampled_db(samples: Samples) -> float:
    """The true peak by scipy's own interpolation, eight points a frame."""
    from scipy.signal import resample_poly

    padded = np.pad(samples.astype(np.float64), ((0, 0), (64, 64)))
    return decibels(max(np.abs(resample_poly(padded, 8, 1, axis=1)).max(), np.abs(padded).max()))


def hot(name: str, rate: int, frames: int) -> Samples:
    """Sounds whose peaks lie between the samples, and far above full scale."""
    at, rng = np.arange(frames), np.random.default_rng(5)
    made = {
        "noise": 0.6 * rng.standard_normal((2, frames)),
        "clipped noise": np.clip(rng.standard_normal((1, frames)), -1, 1),
        "square": 0.99 * np.sign(np.sin(2 * np.pi * 440.3 * at / rate))[None],
        "a quarter of the rate": np.tile([0.9, 0.9, -0.9, -0.9], frames // 4 + 1)[None, :frames],
        "near half the rate": 1.5 * np.sin(2 * np.pi * 0.47 * at + 1)[None],
        "eight times full scale": np.where(rng.standard_normal((3, frames)) > 0, 8.0, -8.0),
        "short": 4 * rng.standard_normal((1, 40)),
    }
    return made[name].astype(np.float32)


SOUNDS = (
    "noise", "clipped noise", "square", "a quarter of the rate", "near half the rate", "eight times full scale",
    "short",
)  # fmt: skip


def guarded(guard: LevelGuard, samples: Samples, rate: int) -> tuple[Samples, dict[str, float]]:
    """What the step makes of a clip, and what it found."""
    spec, draw = StreamSpec(rate, *samples.shape), Draw(Key.of("guard"))
    numbers = dict(guard.measure(samples, spec, draw))
    return np.concatenate(list(run([guard.processor(spec, draw, numbers)], samples)), axis=1), numbers


@pytest.mark.golden(
    "LevelGuard", by="scipy.signal.resample_poly, eightfold",
    within="0.1 dB: two windowed sincs differ by so much close to half the rate",
)  # fmt: skip
@pytest.mark.parametrize("rate", [8_000, 44_100, 192_000])
@pytest.mark.parametrize("ceiling_db", [-1.0, -9.0])
@pytest.mark.parametrize("name", SOUNDS)
def test_limiting_holds_the_true_peak(name: str, ceiling_db: float, rate: int) -> None:
    sound = hot(name, rate, rate // 2)
    limited, numbers = guarded(LevelGuard(mode="limit", ceiling_db=ceiling_db), sound, rate)
    assert numbers["true_peak_db"] == pytest.approx(oversampled_db(sound), abs=0.1)
    assert numbers["gain_db"] == pytest.approx(ceiling_db - numbers["true_peak_db"])
    assert ceiling_db - 0.5 < oversampled_db(limited) <= ceiling_db + 0.1


def test_limiting_leaves_alone_what_no_peak_is_near() -> None:
    """Bit for bit before it, and again once it has recovered; and both channels are turned down alike."""
    sound = 0.3 * np.sin(np.arange(2 * RATE) / 20)[None].repeat(2, axis=0).astype(np.float32)
    sound[1] *= 0.5
    sound[0, RATE] = 3
    limited, _ = guarded(LevelGuard(mode="limit"), sound, RATE)
    far = RATE - RATE // 100
    assert np.array_equal(limited[:, :far], sound[:, :far])
    assert np.allclose(limited[:, RATE + RATE // 2 :], sound[:, RATE + RATE // 2 :], atol=1e-4)
    near = slice(RATE + 20, RATE + 400)
    assert np.allclose(limited[1, near] / sound[1, near], limited[0, near] / sound[0, near], atol=1e-3)
    assert (limited[1, near] / sound[1, near]).max() < 0.99


@pytest.mark.parametrize("peak", [0.0, 0.2, 1.0])
@pytest.mark.parametrize("mode", ["scale", "limit"])
def test_what_fits_comes_out_bit_for_bit(peak: float, mode: str) -> None:
    sound = np.float32(peak) * np.sin(np.arange(RATE) / 50)[None].astype(np.float32)
    limited, numbers = guarded(LevelGuard(mode=mode, ceiling_db=0), sound, RATE)
    assert np.array_equal(limited, sound)
    assert numbers["gain_db"] == 0


def test_turning_down_keeps_every_proportion_and_needs_no_clipping() -> None:
    sound = hot("noise", RATE, RATE)
    scaled, numbers = guarded(LevelGuard(), sound, RATE)
    assert np.abs(scaled).max() == pytest.approx(FULL_SCALE, abs=1e-6)
    assert np.allclose(scaled / sound, 10 ** (numbers["gain_db"] / 20), rtol=1e-5)


def test_the_true_peak_is_that_of_the_wave() -> None:
    """A sine at a quarter of the rate, sampled where it is 3 dB below its peak; and piece by piece as in one."""
    quarter = np.sin(np.pi / 2 * np.arange(50_000) + np.pi / 4)[None].astype(np.float32)
    assert decibels(true_peak(quarter[:, 200:-200])) == pytest.approx(0, abs=0.25)  # it begins and ends at once
    click = np.zeros((1, 100_000), np.float32)
    for at in (0, 1, 16_383, 16_384, 16_396, 99_999):
        click[:] = 0
        click[0, at] = 0.5
        assert true_peak(click) == pytest.approx(0.5)
    assert true_peak(np.zeros((2, 0), np.float32)) == 0


def chain(gain_db: float, guard: str = "scale", *transforms: str) -> Chain:
    gain = Step(id="gain", transform="Gain", settings=(("gain_db", gain_db),))
    return Chain(steps=(gain, *(Step(id=name, transform=name) for name in transforms)), guard=guard)


def taken(of: Chain, samples: Samples) -> Rendered:
    return Renderer(RATE).take(samples, of.draw(3, "a.wav", 1).steps)


def test_every_draw_that_takes_a_step_ends_in_the_guard() -> None:
    sound = 0.5 * np.sin(np.arange(RATE) / 50)[None].astype(np.float32)
    assert [step.id for step in chain(12).draw(0, "a", 1).steps] == ["gain", GUARD]
    assert [step.id for step in chain(12, "none").draw(0, "a", 1).steps] == ["gain"]
    for nothing in (Chain(), dataclasses.replace(chain(12), bypassed=True)):
        assert nothing.draw(0, "a", 1).steps == ()
    peaks = {guard: float(np.abs(taken(chain(12, guard), sound).samples).max()) for guard in GUARDS}
    assert peaks["none"] == pytest.approx(0.5 * 10 ** (12 / 20), rel=1e-3)
    assert peaks["scale"] == pytest.approx(1, abs=1e-3)
    assert peaks["limit"] == pytest.approx(10 ** (-1 / 20), abs=1e-3)
    assert taken(chain(12), sound).numbers[GUARD]["gain_db"] == pytest.approx(-12 - decibels(0.5), abs=1e-3)


def test_a_guard_with_nothing_to_do_changes_no_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands before it, of every kind of step; and no sample is copied for it."""
    monkeypatch.setattr(Unchanged, "process", None)
    sound = 0.1 * np.random.default_rng(1).standard_normal((2, RATE)).astype(np.float32)
    for names in ((), ("Reverse",), ("PeakNormalize",), ("WhiteNoise", "Reverse")):
        drawn = [chain(-3, guard, *names).draw(0, "a", 1) for guard in ("scale", "none")]
        with_guard, without = (render(sound, RATE, recipe) for recipe in drawn)
        assert np.array_equal(with_guard, without)


def test_a_long_clip_is_guarded_without_being_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the guard measures lies on the disk then, and sounds the same."""
    sound = hot("noise", RATE, RATE)
    wanted = taken(chain(6, "limit", "PeakNormalize"), sound).samples
    monkeypatch.setattr(sys.modules["engine.render"], "HELD_BYTES", 1000)
    np.testing.assert_array_equal(taken(chain(6, "limit", "PeakNormalize"), sound).samples, wanted)


def test_a_guard_is_refused_by_name_where_it_cannot_be() -> None:
    with pytest.raises(SettingError, match="guard must be one of scale, limit, none, not loud"):
        Chain(guard="loud")
    with pytest.raises(SettingError, match="the id guard is that of the chain's last step"):
        Chain(steps=(Step(id=GUARD, transform="Gain"),))


@pytest.mark.parametrize("guard", GUARDS)
def test_a_preset_keeps_its_guard(guard: str) -> None:
    made = chain(3, guard)
    text = preset.dumps(made)
    assert ("guard:" in text) == (guard != "scale")
    assert preset.loads(text, "mine.yaml") == made


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("guard: loud", "line 3: `guard:` takes one of scale, limit, none"),
        ("guard: [scale]", "line 3: `guard:` takes one of"),
    ],
)
def test_a_preset_with_another_guard_is_refused(line: str, words: str) -> None:
    with pytest.raises(preset.PresetError, match=words):
        preset.loads(f"variophone: 1\nsteps: []\n{line}\n", "mine.yaml")
    with pytest.raises(preset.PresetError, match="line 3: the id guard is that of"):
        preset.loads("variophone: 1\nsteps:\n  - {id: guard, transform: Gain}\n", "mine.yaml")


@pytest.mark.parametrize("guard", ["scale", "limit"])
def test_the_live_bridge_is_guarded_as_the_render(guard: str, tmp_path: Path) -> None:
    """With the numbers of its own take; before they are known, it plays on without."""
    sound = hot("noise", RATE, 2 * RATE)
    drawn = chain(3, guard, "Limiter").draw(0, "a", 1).steps
    made = Renderer(RATE).take(sound, drawn)
    numbers = tuple((step, tuple(sorted(found.items()))) for step, found in made.numbers.items())
    played = sound_of(tmp_path, "sound", sound, RATE)
    bridge = Bridge(played, drawn, numbers)
    heard = LiveVoice(bridge, Program(slots_of(bridge))).read(sound.shape[1])
    np.testing.assert_array_equal(heard, made.samples)
    assert len(slots_of(Bridge(played, drawn))) == len(drawn) - 1
