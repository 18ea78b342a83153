"""The laws of declarations: what must be said about every registered transform, and survives being written down."""

from __future__ import annotations

import inspect
import json
import pickle

import pytest

from engine import preset
from engine.chain import Chain, new_step
from engine.params import Number, Options, Param, Range, Setting
from engine.recipe import Recipe
from engine.transform import Transform

from . import stage

every = pytest.mark.parametrize("kind", stage.KINDS, ids=stage.NAMES)

UNITS = {
    "_db": "dB",
    "_dbfs": "dBFS",
    "_lufs": "LUFS",
    "_ms": "ms",
    "_s": "s",
    "_hz": "Hz",
    "_percent": "%",
    "_m_per_s": "m/s",
}
"""The ends of names, and what the unit then begins with; of two ends that fit, the longer one counts."""


def test_there_are_transforms() -> None:
    assert len(stage.KINDS) >= 25


@every
def test_is_documented(kind: type[Transform]) -> None:
    text = inspect.getdoc(kind) or ""
    assert text != inspect.getdoc(Transform), "no description of its own"
    assert kind.summary().endswith("."), "the first line is not a sentence"
    assert kind.also_called == tuple(kind.also_called)
    assert all(isinstance(name, str) and name for name in kind.also_called)
    for name, param in kind.params().items():
        assert param.help.endswith("."), f"{name} is not described"


@every
def test_numbers_are_declared_soundly(kind: type[Transform]) -> None:
    for name, param in kind.params().items():
        assert param.check(param.default) == param.default, name
        if not isinstance(param, Number):
            continue
        low, high = param.typical
        assert param.low < param.high, name
        assert param.low <= low < high <= param.high, f"{name}: the typical range is empty or beyond the limits"
        assert param.scale == "linear" or param.low > 0, f"{name}: a log scale needs numbers above 0"
        for value in (param.low, param.default, param.high, low, high):
            assert param.value_at(param.position(value)) == pytest.approx(value, rel=1e-6, abs=1e-9), name
        endings = sorted((ending for ending in UNITS if name.endswith(ending)), key=len)
        assert all(param.unit.startswith(UNITS[ending]) for ending in endings[-1:]), f"{name} is in {param.unit!r}"


@every
def test_a_preset_with_it_reads_back_equal(kind: type[Transform]) -> None:
    for form in (_plain, _ranged, _listed):
        step = new_step(Chain(), kind.__name__)
        for name, param in kind.params().items():
            step = step.with_setting(name, form(param))
        chain = Chain(name="Law", steps=(step,))
        assert preset.loads(preset.dumps(chain), "law.yaml") == chain
        for variant in range(3):
            recipe = chain.draw(7, "a/b.wav", variant)
            assert Recipe.from_data(json.loads(json.dumps(recipe.to_data()))) == recipe
            transform = recipe.steps[0].build()
            assert pickle.loads(pickle.dumps(transform)) == transform
            _check_drawn(step.settings, recipe)


def _plain(param: Param) -> Setting:
    return param.default


def _ranged(param: Param) -> Setting:
    return param.check(Range(*param.typical)) if isinstance(param, Number) else param.default


def _listed(param: Param) -> Setting:
    return param.check(Options(tuple(dict.fromkeys((*stage.edges(param, "limits"), param.default)))))


def _check_drawn(settings: tuple[tuple[str, Setting], ...], recipe: Recipe) -> None:
    values = dict(recipe.steps[0].values)
    for name, setting in settings:
        value = values[name]
        if isinstance(setting, Range):
            assert isinstance(value, int | float)
            assert setting.low <= value <= setting.high
        else:
            assert value in getattr(setting, "values", (setting,))
