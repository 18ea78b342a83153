"""The drawn figures are those that the preset says, and no draw depends on another."""

from __future__ import annotations

import dataclasses
import math
from functools import cache
from itertools import combinations

import numpy as np
import pytest

import engine
from engine.chain import GUARD, Chain, Node, Step
from engine.params import Number, Options, Range
from engine.recipe import Drawn

DRAWS = 10_000
SURE = 0.001
"""A true null hypothesis is rejected once in a thousand times, over all tests of a kind (Bonferroni)."""


@cache
def drawn(name: str, count: int = DRAWS) -> tuple[dict[str, Drawn], ...]:
    """Draws of a preset by step id, before the fallback and without what always comes last."""
    chain = dataclasses.replace(engine.load_chain(name), fallback=(), finally_=())
    return tuple({step.id: step for step in chain.draw(7, f"{n % 500}.wav", n // 500).steps} for n in range(count))


def test_each_effect_of_natural_is_in_three_takes_of_ten() -> None:
    for node in engine.load_chain("natural").steps:
        share = np.mean([node.id in draw for draw in drawn("natural")])
        assert abs(share - 0.3) <= 0.015, node.id


def test_effects_of_natural_are_drawn_independently() -> None:
    from scipy.stats import chi2_contingency

    ids = [node.id for node in engine.load_chain("natural").steps]
    there = {name: np.array([name in draw for draw in drawn("natural")]) for name in ids}
    pairs = list(combinations(ids, 2))
    for one, other in pairs:
        table = np.histogram2d(there[one], there[other], bins=2)[0]
        assert chi2_contingency(table).pvalue > SURE / len(pairs), (one, other)


def test_ranges_and_choices_of_natural_are_uniform_on_their_scale() -> None:
    from scipy.stats import chisquare, kstest

    settings = [
        (step, name, setting)
        for step in engine.load_chain("natural").steps
        if isinstance(step, Step)
        for name, setting in step.settings
        if isinstance(setting, Range | Options)
    ]
    assert len(settings) == 12
    for step, name, setting in settings:
        values = [dict(draw[step.id].values)[name] for draw in drawn("natural") if step.id in draw]
        if isinstance(setting, Options):
            pvalue = chisquare([values.count(option) for option in setting.values]).pvalue
        else:
            pvalue = kstest([position(step, name, setting, float(value)) for value in values], "uniform").pvalue
        assert pvalue > SURE / len(settings), (step.id, name)


def position(step: Step, name: str, setting: Range, value: float) -> float:
    """Where in its range a value lies, 0 to 1, on the parameter's own scale."""
    param = step.kind.params()[name]
    assert isinstance(param, Number)
    if param.scale == "log":
        return math.log(value / setting.low) / math.log(setting.high / setting.low)
    return (value - setting.low) / (setting.high - setting.low)


def test_the_fallback_is_used_exactly_when_nothing_was_drawn() -> None:
    chain = engine.load_chain("natural")
    recipes = [chain.draw(7, "a.wav", variant) for variant in range(500)]
    own = {node.id for node in chain.steps}
    for recipe in recipes:
        ids = [step.id for step in recipe.steps]
        assert recipe.fallback == (not own & set(ids))
        assert ("PitchShift#2" in ids) == recipe.fallback
        assert ids[-2:] == ["PeakNormalize#1", GUARD]
    assert 0.7**7 * 500 / 2 < sum(recipe.fallback for recipe in recipes) < 0.7**7 * 500 * 2


def edits(chain: Chain) -> dict[str, tuple[Chain, str]]:
    """Edits of a chain by what they are called, each with the id of the step that it touches."""
    first, last = chain.steps[0], chain.steps[-1]
    added = Step(id="new", transform="Gain", p=0.5)

    def muted(node: Node) -> tuple[Node, ...]:
        return (dataclasses.replace(node, enabled=False),)

    return {
        "moved": (chain.moved(first.id, 3), ""),
        "moved up": (chain.moved(last.id, -2), ""),
        "added": (chain.with_step(added, 1), "new"),
        "muted": (chain.with_changed(first.id, muted), first.id),
        "removed": (chain.without(last.id), last.id),
        "changed": (chain.with_changed(first.id, lambda node: (dataclasses.replace(node, p=0.9),)), first.id),
    }


@pytest.mark.parametrize("name", ["natural", "speech-commands", "birdclef"])
@pytest.mark.parametrize("edit", ["moved", "moved up", "added", "muted", "removed", "changed"])
def test_an_edit_changes_no_other_draw(name: str, edit: str) -> None:
    chain = dataclasses.replace(engine.load_chain(name), fallback=())
    edited, touched = edits(chain)[edit]
    inside = {touched}
    if touched and touched != "new":
        node = chain.find(touched)
        inside |= {member.id for member in getattr(node, "members", ())}
    changed = 0
    for variant in range(200):
        before = {step for step in chain.draw(7, "a.wav", variant).steps if step.id not in inside}
        after = {step for step in edited.draw(7, "a.wav", variant).steps if step.id not in inside}
        assert before == after
        changed += chain.draw(7, "a.wav", variant) != edited.draw(7, "a.wav", variant)
    assert changed, "the edit did nothing, so the test could not fail"


def test_other_seeds_sources_and_variants_are_drawn_anew() -> None:
    chain = engine.load_chain("natural")
    keys = {chain.draw(*where).steps[-2].key for where in ((7, "a", 1), (8, "a", 1), (7, "b", 1), (7, "a", 2))}
    assert len(keys) == 4


def test_the_same_name_in_another_unicode_form_is_the_same_source() -> None:
    chain = engine.load_chain("natural")
    assert chain.draw(7, "é.wav", 1).steps == chain.draw(7, "e\u0301.wav", 1).steps
