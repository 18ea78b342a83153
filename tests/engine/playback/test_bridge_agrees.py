"""The live bridge stands in for the render: the same samples from the start, after a seek all but its memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.banks import Banks
from engine.chain import Chain, Step
from engine.files.encode import Encoding, encode
from engine.playback.builder import slots_of
from engine.playback.messages import Bridge
from engine.playback.program import Program
from engine.playback.voice import LiveVoice
from engine.recipe import begins_stage
from engine.regions import Event, Events, Labels, Region, Where
from engine.render import Renderer
from engine.transform import WholeClip, registered
from tests.support.playing import sound_of
from tests.support.processing import noise

RATE = 8000
FRAMES = 8 * RATE
START = RATE + 77
LABELS = Labels((Event(0.5, 2.25), Event(4.0, 5.5), Event(7.5, 9.0)), "sound.txt")
AFTER_TAIL_DB = -55.0
"""A tail is counted until it has fallen by 60 dB: what the bridge has not heard is at most so loud by then."""
ALIKE_DB = 3.0

BRIDGED = [name for name, kind in registered().items() if not issubclass(kind, WholeClip)]
BANKS = sorted({kind.params()[bank].default for kind in registered().values() if (bank := kind.bank_param())})
every = pytest.mark.parametrize("name", BRIDGED)
behind = pytest.mark.parametrize("before", [(), ("Limiter",)], ids=["alone", "behind a step that is late"])


class Both:
    """One chain, rendered and live."""

    def __init__(self, folder: Path, transforms: tuple[str, ...], region: Region | None = None) -> None:
        samples = 0.3 * noise(FRAMES, 2)
        samples[:, 2 * RATE : 3 * RATE] *= 4
        (folder / "bank").mkdir()
        ring = 0.5 * noise(RATE // 4, 2) * np.exp(-np.arange(RATE // 4) / RATE / 0.02)
        encode(folder / "bank" / "room.wav", ring.astype(np.float32), RATE, Encoding("wav", "32f"))
        bindings = tuple((name, str(folder / "bank")) for name in BANKS)
        banks = Banks(dict(bindings))
        steps = tuple(
            Step(id=f"{place} {name}", transform=name, region=region) for place, name in enumerate(transforms)
        )
        drawn = banks.resolve(Chain(steps=steps).draw(1, "a", 1)).placed(lambda: LABELS).steps
        taken = Renderer(RATE, banks).take(samples, drawn)
        numbers = tuple((step, tuple(sorted(found.items()))) for step, found in taken.numbers.items())
        self.rendered = taken.samples
        self._folder, self._samples, self._banks = folder, samples, banks
        self._bridge = Bridge(sound_of(folder, "sound", samples, RATE), drawn, numbers, bindings)
        self.tail = sum(slot.processor.tail for slot in slots_of(self._bridge))

    def freeze(self, steps: int) -> None:
        """Render the first steps, so that only the others are live."""
        bridge = self._bridge
        blocks, rendered = Renderer(RATE, self._banks).stream(self._samples, bridge.steps[:steps])
        sound = sound_of(self._folder, "frozen", np.concatenate(list(blocks), axis=1), RATE)
        held_back = 0 if begins_stage(bridge.steps[steps]) else rendered.held_back
        self._bridge = replace(bridge, sound=sound, steps=bridge.steps[steps:], held_back=held_back)

    def live(self, start: int, frames: int) -> NDArray[np.float32]:
        """What the bridge gives from a frame on."""
        voice = LiveVoice(self._bridge, Program(slots_of(self._bridge), self._bridge.held_back))
        voice.seek(start)
        blocks = [voice.read(min(333, frames - done)) for done in range(0, frames, 333)]
        return np.concatenate(blocks, axis=1)


def level_db(samples: NDArray[np.float32]) -> float:
    return float(10 * np.log10(np.square(samples, dtype=np.float64).mean() + 1e-30))


@every
@behind
def test_from_the_start_the_bridge_is_the_render(name: str, before: tuple[str, ...], tmp_path: Path) -> None:
    both = Both(tmp_path, (*before, name))
    tolerance = registered()[name].block_tolerance
    difference = np.abs(both.live(0, FRAMES) - both.rendered).max()
    assert difference <= tolerance


@pytest.mark.parametrize("name", ["Dither", "Tremolo", "Wind", "Opus", "PeakNormalize"])
def test_over_a_frozen_step_that_is_late_the_bridge_is_the_render(name: str, tmp_path: Path) -> None:
    """What is keyed by its own frames is as far ahead of the sound there as the late step makes it in the render."""
    both = Both(tmp_path, ("Limiter", name))
    both.freeze(1)
    np.testing.assert_array_equal(both.live(0, FRAMES), both.rendered)


@every
@behind
def test_after_a_seek_only_its_memory_is_missing(name: str, before: tuple[str, ...], tmp_path: Path) -> None:
    """Noise, masks and measured gains lie where they lie in the render."""
    both = Both(tmp_path, (*before, name))
    wanted = both.rendered[:, START:]
    heard = both.live(START, wanted.shape[1])
    settled = min(both.tail, 6 * RATE)
    difference = level_db(heard[:, settled:] - wanted[:, settled:]) - level_db(wanted[:, settled:])
    if not registered()[name].remembers_start:
        assert difference < AFTER_TAIL_DB
        return
    assert difference > AFTER_TAIL_DB, f"{name} need not say that it remembers where it began"
    for start in range(0, heard.shape[1] - RATE // 2, RATE // 2):
        pieces = heard[:, start : start + RATE // 2], wanted[:, start : start + RATE // 2]
        assert abs(level_db(pieces[0]) - level_db(pieces[1])) < ALIKE_DB


def test_noise_behind_a_late_step_lies_where_it_lies_in_the_render(tmp_path: Path) -> None:
    """From a seek on, sample for sample, with no memory that could be missing."""
    both = Both(tmp_path, ("PolarityInversion", "Limiter", "WhiteNoise", "TimeMask"))
    settled = 3 * RATE
    heard = both.live(START, 5 * RATE)[:, settled:]
    np.testing.assert_array_equal(heard, both.rendered[:, START + settled : START + 5 * RATE])


REGIONAL = ("PolarityInversion", "Limiter", "PeakNormalize", "Limiter", "WhiteNoise", "TimeMask")


def test_regions_lie_where_they_lie_in_the_render(tmp_path: Path) -> None:
    """Behind late steps, measured alone, from the start and from a seek into the middle of an event."""
    both = Both(tmp_path, REGIONAL, Events())
    np.testing.assert_array_equal(both.live(0, FRAMES), both.rendered)
    heard = both.live(START, FRAMES - START)[:, 3 * RATE :]
    np.testing.assert_array_equal(heard, both.rendered[:, START + 3 * RATE :])


def test_a_step_in_events_is_left_out_until_they_are_known(tmp_path: Path) -> None:
    """As one whose numbers are of other events is; one that has none here is heard as nothing."""
    both = Both(tmp_path, ("PeakNormalize",), Events())
    sound = sound_of(tmp_path, "other", noise(RATE, 2), RATE)
    (drawn, _) = Chain(steps=(Step(id="a", transform="PeakNormalize", region=Events()),)).draw(1, "a", 1).steps
    assert slots_of(Bridge(sound, (drawn,), (("a", (("peak", 1.0),)),))) == ()
    here, elsewhere = (replace(drawn, where=Where(spans)) for spans in (((0.0, 0.5),), ((5.0, 6.0),)))
    numbers = tuple(sorted(Renderer(RATE).take(noise(RATE, 2), [here]).numbers["a"].items()))
    none = tuple(sorted(Renderer(RATE).take(noise(RATE, 2), [elsewhere]).numbers["a"].items()))
    assert len(slots_of(Bridge(sound, (here,), (("a", numbers),)))) == 1
    assert len(slots_of(Bridge(sound, (here,), (("a", none),)))) == 0
    bridge = Bridge(sound, (elsewhere,), (("a", none),))
    heard = LiveVoice(bridge, Program(slots_of(bridge))).read(RATE)
    np.testing.assert_array_equal(heard, noise(RATE, 2))
    assert both.tail == 0


def test_a_step_without_its_recording_is_left_out_alone(tmp_path: Path) -> None:
    """A new draw's room is not known yet: the steps around it are bridged all the same."""
    steps = tuple(Step(id=name, transform=name) for name in ("Gain", "ImpulseResponse", "Delay"))
    drawn = Chain(steps=steps).draw(1, "a", 1).steps
    bridge = Bridge(sound_of(tmp_path, "sound", noise(RATE, 1), RATE), drawn)
    whole = Bridge(bridge.sound, (drawn[0], drawn[2]))
    assert len(slots_of(bridge)) == len(slots_of(whole)) == 2
    heard, wanted = (LiveVoice(one, Program(slots_of(one))).read(RATE) for one in (bridge, whole))
    np.testing.assert_array_equal(heard, wanted)


def test_a_noise_can_be_turned_up_while_it_sounds(tmp_path: Path) -> None:
    """What was measured does not hold the ratio asked for, so the knob is heard before the next render."""
    samples = noise(RATE, 1)
    sound, level = sound_of(tmp_path, "sound", samples, RATE), []
    found: dict[str, float] = {}
    for snr_db in (30.0, 10.0):
        step = Step(id="hiss", transform="WhiteNoise", settings=(("snr_db", snr_db),))
        drawn = Chain(steps=(step,)).draw(1, "a", 1).steps
        found = found or dict(Renderer(RATE).take(samples, drawn).numbers["hiss"])
        bridge = Bridge(sound, drawn, (("hiss", tuple(sorted(found.items()))),))
        voice = LiveVoice(bridge, Program(slots_of(bridge)))
        level.append(level_db(voice.read(RATE)[:1] - samples))
    assert level[1] - level[0] == pytest.approx(20, abs=0.1)
