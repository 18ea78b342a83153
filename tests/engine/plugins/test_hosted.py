"""Real plugins in a process of their own, beside the same plugins called by pedalboard alone."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.chain import Chain, new_step
from engine.draws import Draw, Key
from engine.params import Range, SettingError, Value
from engine.plugins import hosting, processor
from engine.plugins.conduct import Conduct, conducted
from engine.plugins.declared import declare
from engine.plugins.described import Described
from engine.plugins.fault import PluginFault
from engine.plugins.shelf import Shelf
from engine.recipe import Recipe
from engine.render import render, run
from engine.transform import StreamSpec, find, registered
from tests.support.playing import RATE, noise
from tests.support.plugins import direct, state_of

Real = Callable[[str], Described]
Apart = Callable[..., Any]


def hosted(described: Described, sound: NDArray[np.float32], block: int, **values: Value) -> NDArray[np.float32]:
    transform = find(described.name).checked(values)
    spec = StreamSpec(RATE, sound.shape[0], sound.shape[1])
    made = transform.processor(spec, Draw(Key.of("any")))  # type: ignore[attr-defined]  # plugins stream
    return np.concatenate(list(run([made], sound, block_frames=block)), axis=1)


def test_a_stereo_plugin_with_latency_sounds_as_pedalboard_s_whatever_the_blocks(real: Real, apart: Apart) -> None:
    maximiser, sound = real("ZaMaximX2"), noise(RATE // 2)
    wanted = apart(direct, maximiser, {"threshold_db": -12.0}, sound)
    assert np.abs(wanted - sound).max() > 0.1
    for block in (1 << 16, 777):
        assert np.array_equal(hosted(maximiser, sound, block, threshold_db=-12.0), wanted)
    three = noise(RATE // 4, 3)
    given = hosted(maximiser, three, 4096, threshold_db=-12.0)
    assert np.array_equal(given[:2], apart(direct, maximiser, {"threshold_db": -12.0}, three[:2]))
    lone = np.repeat(three[2:], 2, axis=0)
    assert np.array_equal(given[2:], apart(direct, maximiser, {"threshold_db": -12.0}, lone)[:1])


def test_a_live_stream_that_takes_over_a_used_plugin_sounds_as_a_render_with_a_new_one(
    real: Real, apart: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    delay, sound = real("ZamDelay"), noise(RATE // 4, 1)
    monkeypatch.setattr(processor, "LIVE_S", 10.0)  # this machine may be as busy as it likes
    values: dict[str, Value] = {"time_ms": 60.0, "feedback": 0.7, "dry_wet": 0.8}
    with conducted(Conduct(forgiving=True, live=True)):
        before = hosted(delay, noise(RATE // 4, 1, seed=2), 512, **(values | {"time_ms": 20.0}))
        (used,) = [child for _, child in hosting.CHILDREN._idle]
        again = hosted(delay, sound, 512, **values)
        assert [child for _, child in hosting.CHILDREN._idle] == [used]
    assert np.array_equal(again, apart(direct, delay, values, sound))
    assert not np.array_equal(again, before)


def test_a_mono_plugin_runs_once_for_each_channel(real: Real, apart: Apart) -> None:
    equaliser, sound = real("ZamEQ2"), noise(RATE // 4)
    values: dict[str, Value] = {"boost_cut_1_db": 12.0, "frequency_1_hz": 1000.0}
    given = hosted(equaliser, sound, 1000, **values)
    for channel in (0, 1):
        wanted = apart(direct, equaliser, values, sound[channel : channel + 1])
        assert np.array_equal(given[channel : channel + 1], wanted)


def test_a_step_is_drawn_checked_and_named_in_its_recipe_as_any_other(real: Real) -> None:
    gate = real("ZamCompX2")
    assert "ZamCompX2" not in registered()
    chain = Chain()
    step = new_step(chain, "ZamCompX2").with_setting("threshold_db", Range(-30.0, -10.0))
    chain = chain.with_step(step)
    assert chain.plugins() == (gate.ref(),)
    with pytest.raises(SettingError, match=r"threshold_db -90 is outside -80 … 0 dB"):
        step.with_setting("threshold_db", -90.0)
    recipe = chain.draw(3, "a.wav", 1)
    assert Recipe.from_data(recipe.to_data()) == recipe
    drawn = recipe.steps[0]
    assert drawn.plugin == gate.ref()
    assert -30.0 <= float(dict(drawn.values)["threshold_db"]) <= -10.0
    assert render(noise(RATE // 10), RATE, recipe).shape == (2, RATE // 10)


def test_a_state_is_loaded_and_the_step_s_values_stand_over_it(real: Real, apart: Apart, shelf: Shelf) -> None:
    width, sound = real("ZaMaximX2"), noise(RATE // 4)
    state = apart(state_of, width, {"release_ms": 90.0, "threshold_db": -20.0})
    step = new_step(Chain(), "ZaMaximX2")
    bound = Recipe(1, "a", 1, (step.draw(Key.of("any")),)).steps[0]
    plain = bound.build()
    ref = width.ref(base64.b64encode(state).decode())
    shelf.allow(*ref.needs)
    transform = plain.of("x", ref)  # type: ignore[attr-defined]  # a plugin's
    made = transform.processor(StreamSpec(RATE, 2), Draw(Key.of("any")))
    given = np.concatenate(list(run([made], sound)), axis=1)
    assert np.array_equal(given, apart(direct, width, {}, sound, state))


def test_only_what_was_allowed_and_is_what_it_was_is_loaded(real: Real, shelf: Shelf) -> None:
    gate = real("ZamCompX2")
    contents = shelf.contents
    shelf.write(replace(contents, allowed=()))
    spec, draw = StreamSpec(RATE, 1), Draw(Key.of("any"))
    with pytest.raises(PluginFault, match=r"ZamCompX2 4\.1\.0 \(VST3 by Damien Zammit\) was not allowed"):
        declare(gate)().processor(spec, draw)
    with pytest.raises(PluginFault, match=r"^x: the plugin .* is here with version 4\.1\.0; install"):
        declare(gate)().of("x", replace(gate.ref(), digest="1" * 64, version="9")).processor(spec, draw)
    changed = replace(gate, digest="0" * 64)
    shelf.write(replace(contents, plugins=(changed,), allowed=(changed.digest,)))
    with pytest.raises(PluginFault, match="its file has changed; scan the plugins again"):
        declare(changed)().processor(spec, draw)
    shelf.write(replace(contents, plugins=()))
    with pytest.raises(PluginFault, match="is not here; install it and scan its folder"):
        declare(gate)().processor(spec, draw)
