"""The one loop as training code calls it: however the samples lie in memory, and sentences for faults."""

from __future__ import annotations

import numpy as np
import pytest

from engine.chain import Chain, Step
from engine.recipe import Recipe
from engine.render import Renderer, RenderError, render
from engine.track import TrackStopped
from engine.transform import registered
from tests.support.processing import noise

RATE = 16_000
ALONE = [name for name, kind in registered().items() if kind.bank_param() is None]


def recipe(*transforms: str) -> Recipe:
    """A draw of these transforms with their defaults."""
    return Chain(steps=tuple(Step(id=f"{name}#1", transform=name) for name in transforms)).draw(1, "a.wav", 1)


@pytest.mark.parametrize("name", ALONE)
@pytest.mark.parametrize("channels", [2, 16])
def test_how_samples_lie_in_memory_makes_no_difference(name: str, channels: int) -> None:
    """Tracks and decoders hold frames side by side, exports hold channels side by side: bit for bit the same take."""
    by_channel = noise(RATE, channels)
    by_frame = np.asfortranarray(by_channel)
    np.testing.assert_array_equal(render(by_frame, RATE, recipe(name)), render(by_channel, RATE, recipe(name)))


def test_no_step_gives_a_copy() -> None:
    """An empty recipe gives the same samples, and not the caller's own array."""
    samples = noise(1000, 2)
    taken = render(samples, RATE, recipe())
    np.testing.assert_array_equal(taken, samples)
    assert not np.shares_memory(taken, samples)


def test_a_bank_that_nobody_gave_is_said() -> None:
    """Without any banks a step that plays a recording is refused with the words that name its bank."""
    with pytest.raises(RenderError, match="background"):
        render(noise(1000), RATE, recipe("BackgroundNoise"))


def test_a_render_that_nobody_wants_stops_in_any_stage() -> None:
    """The check is asked within the early stages too, not only where blocks are handed out."""
    asked = 0

    def check() -> None:
        nonlocal asked
        asked += 1
        if asked > 3:
            raise TrackStopped

    steps = recipe("Gain", "PeakNormalize", "PolarityInversion", "Reverse").steps
    with pytest.raises(TrackStopped):
        Renderer(RATE, check=check).stream(noise(RATE), steps)


def test_sound_that_did_not_stay_finite_is_refused() -> None:
    """Gains beyond what float32 holds give a sentence and no infinity."""
    steps = tuple(Step(id=f"Gain#{n}", transform="Gain", settings=(("gain_db", 40.0),)) for n in range(20))
    with np.errstate(over="ignore"), pytest.raises(RenderError, match="not finite"):
        render(noise(1000), RATE, Chain(steps=steps).draw(1, "a.wav", 1))
