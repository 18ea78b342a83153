"""Chains: edits make new ones, groups take what they say, and no step's draw depends on another step."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from engine.chain import GUARD, Chain, Lock, OneOf, SomeOf, Step, new_step
from engine.params import Options, Range, SettingError
from engine.recipe import Drawn

KEYS_OF_THE_FIRST_RELEASE = [
    ("a", "ab32deb346090c420bc24ecf46939da0"),
    ("m1", "64f2035fd60e5069a582b441adb7b263"),
    ("last", "dffde93bd36a12c7748e178dc5921eb1"),
]
GAIN_OF_THE_FIRST_RELEASE = -0.4906458


def chain() -> Chain:
    """Two steps, a group of three, a fallback and a last step."""
    gain = Step(id="a", transform="Gain", settings=(("gain_db", Range(-6, 6)),))
    group = OneOf(
        id="g",
        members=(
            Step(id="m1", transform="Gain", weight=2),
            Step(id="m2", transform="PolarityInversion"),
            Step(id="m3", transform="Gain"),
        ),
    )
    return Chain(
        steps=(gain, group),
        fallback=(Step(id="f", transform="PolarityInversion"),),
        finally_=(Step(id="last", transform="PeakNormalize"),),
    )


def test_edits_make_new_chains_and_reach_into_groups() -> None:
    """Replacing, removing and moving a member leaves the old chain as it was."""
    before = chain()
    after = before.replaced(replace(before.find("m2"), enabled=False)).without("m1").moved("m3", -1)
    group = after.find("g")
    assert isinstance(group, OneOf)
    assert [node.id for node in group.members] == ["m3", "m2"]
    assert [node.id for node in before.walk()] == ["a", "g", "m1", "m2", "m3", "f", "last"]
    assert new_step(before.with_step(Step(id="Gain#1", transform="Gain")), "Gain").id == "Gain#2"


def test_groups_take_by_weight() -> None:
    """One of three with weights 2 : 1 : 1 takes the first half of the time."""
    taken = Counter(chain().draw(1, "clip", variant).steps[1].id for variant in range(8000))
    assert taken["m1"] / 8000 == pytest.approx(0.5, abs=0.02)
    assert taken["m2"] / 8000 == pytest.approx(0.25, abs=0.02)


def test_some_of_takes_between_least_and_most_in_chain_order() -> None:
    """Every count occurs equally often, and the members keep their order."""
    members = tuple(Step(id=f"m{n}", transform="Gain") for n in range(4))
    some = Chain(steps=(SomeOf(id="s", members=members, least=1, most=3),), guard="none")
    drawn = [[step.id for step in some.draw(0, "clip", variant).steps] for variant in range(3000)]
    counts = Counter(len(ids) for ids in drawn)
    assert all(counts[n] / 3000 == pytest.approx(1 / 3, abs=0.03) for n in (1, 2, 3))
    assert all(ids == sorted(ids) for ids in drawn)


def test_the_fallback_is_for_a_draw_that_took_nothing() -> None:
    """It stands in only then, and what always comes last is not counted as drawn."""
    never = replace(chain(), steps=(replace(chain().find("a"), p=0.5),))
    for variant in range(50):
        recipe = never.draw(3, "clip", variant)
        assert [step.id for step in recipe.steps] == (["f", "last", GUARD] if recipe.fallback else ["a", "last", GUARD])
    assert {never.draw(3, "clip", variant).fallback for variant in range(50)} == {True, False}


def test_a_draw_does_not_know_its_neighbours() -> None:
    """Adding, muting and moving other steps leaves a step's values as they were."""
    full = chain()
    values = full.draw(7, "x/y.wav", 3).steps[0].values
    changed = full.with_step(Step(id="new", transform="Gain"), 0).without("g").moved("a", 1)
    assert next(step for step in changed.draw(7, "x/y.wav", 3).steps if step.id == "a").values == values


def test_the_source_id_is_the_same_however_its_accents_are_written() -> None:
    """A name composed by one file system and decomposed by another draws the same."""
    assert chain().draw(7, "caf\u00e9.wav", 1).steps[0].values == chain().draw(7, "cafe\u0301.wav", 1).steps[0].values


def test_what_cannot_be_set_is_refused_in_words() -> None:
    """The sentence names step, parameter and limits."""
    step = chain().find("a")
    assert isinstance(step, Step)
    with pytest.raises(SettingError, match=r"a: gain_db 900 is outside .* dB"):
        step.with_setting("gain_db", 900)
    with pytest.raises(SettingError, match="has no parameter volume; it has gain_db"):
        step.with_setting("volume", 1)
    with pytest.raises(SettingError, match="low end above its high end"):
        step.with_setting("gain_db", Range(6, -6))
    assert step.with_setting("gain_db", Options((-3, 3))).setting("gain_db") == Options((-3.0, 3.0))
    with pytest.raises(SettingError, match="two steps have the id a"):
        chain().with_step(Step(id="a", transform="Gain"))


def test_only_banks_that_a_draw_may_need_are_asked_for() -> None:
    """A muted group, a member without weight and a step without chance need no folder."""
    rain = Step(id="rain", transform="BackgroundNoise", settings=(("bank", "rain"),))
    wind = Step(id="wind", transform="BackgroundNoise", settings=(("bank", "wind"),))
    assert Chain(steps=(OneOf(id="g", members=(rain, wind)),)).banks() == {"rain", "wind"}
    assert Chain(steps=(OneOf(id="g", members=(rain, replace(wind, weight=0))),)).banks() == {"rain"}
    assert Chain(steps=(OneOf(id="g", members=(rain,), enabled=False),)).banks() == set()
    assert Chain(steps=(replace(rain, p=0.0),), finally_=(wind,)).banks() == {"wind"}


def locked(before: Chain, step_id: str, variant: int = 5) -> Chain:
    """The chain with a step locked as that variant drew it."""
    step = before.find(step_id)
    assert isinstance(step, Step)
    drawn = next(one for one in before.draw(7, "x.wav", variant).steps if one.id == step_id)
    return before.replaced(step.locked_as(drawn))


def by_id(drawn: Chain, variant: int, source: str = "x.wav") -> dict[str, Drawn]:
    """What a draw made of each step that it took."""
    return {step.id: step for step in drawn.draw(7, source, variant).steps}


def test_a_chain_from_before_locks_and_redraws_draws_what_it_drew() -> None:
    """The keys of the first release, written down: neither field enters a key where it is not used."""
    recipe = chain().draw(7, "x/y.wav", 3)
    assert [(step.id, step.key) for step in recipe.steps[:-1]] == KEYS_OF_THE_FIRST_RELEASE
    assert recipe.steps[0].values == (("gain_db", GAIN_OF_THE_FIRST_RELEASE),)


def test_a_locked_step_is_the_same_in_every_take_while_the_others_vary() -> None:
    """Whatever its p, its siblings and its group's p say; its neighbours draw what they drew."""
    rare = OneOf(id="rare", p=0.3, members=(Step(id="in", transform="Gain", settings=(("gain_db", Range(-9, 9)),)),
                                            Step(id="out", transform="Gain")))  # fmt: skip
    free = replace(chain(), steps=(*chain().steps, rare))
    variant = next(n for n in range(1, 50) if "in" in by_id(free, n))
    held = locked(locked(free, "a"), "in", variant)
    for number in range(1, 40):
        taken, before = by_id(held, number, f"{number}.wav"), by_id(free, number, f"{number}.wav")
        assert taken["a"] == by_id(free, 5)["a"]
        assert taken["in"] == by_id(free, variant)["in"]
        assert {name: step for name, step in taken.items() if name not in ("a", "in")} == {
            name: step for name, step in before.items() if name not in ("a", "in", "out")
        }
    step = held.find("a")
    assert isinstance(step, Step)
    assert held.replaced(replace(step, lock=None)).draw(7, "x.wav", 2).steps[0] == free.draw(7, "x.wav", 2).steps[0]


def test_a_plain_value_of_a_locked_step_can_still_be_turned() -> None:
    """A lock holds what was drawn; what is set by hand is set by hand."""
    held = locked(chain(), "a")
    step = held.find("a")
    assert isinstance(step, Step)
    turned = held.replaced(step.with_setting("gain_db", -3))
    assert by_id(turned, 9)["a"].values == (("gain_db", -3.0),)
    assert by_id(held.replaced(step.with_setting("gain_db", Range(0, 1))), 9)["a"].values == by_id(held, 1)["a"].values


def test_locked_members_go_first_and_fit_all_or_one() -> None:
    """Some of takes all that are locked, one of the first."""
    members = tuple(Step(id=f"m{n}", transform="Gain", lock=Lock.of(f"m{n}", ()) if n > 1 else None) for n in range(4))
    some = Chain(steps=(SomeOf(id="s", members=members, least=1, most=1),), guard="none")
    one = Chain(steps=(OneOf(id="s", members=members),), guard="none")
    for variant in range(20):
        assert list(by_id(some, variant)) == ["m2", "m3"]
        assert list(by_id(one, variant)) == ["m2"]


def test_drawing_one_step_again_changes_that_step_alone() -> None:
    """In every take; for a group it is the pick that is drawn again."""
    before = chain()
    after = before.replaced(replace(before.find("a"), redraw=1))
    picked = before.replaced(replace(before.find("g"), redraw=1))
    changed = set()
    for variant in range(1, 30):
        old, new = by_id(before, variant), by_id(after, variant)
        assert old.pop("a") != new.pop("a")
        assert old == new
        assert by_id(picked, variant)["a"] == by_id(before, variant)["a"]
        changed.add(list(by_id(picked, variant)) != list(by_id(before, variant)))
    assert changed == {True, False}


def test_a_bypassed_chain_does_nothing_and_needs_no_bank() -> None:
    """What goes in comes out; nothing of the chain is lost."""
    rain = Step(id="rain", transform="BackgroundNoise")
    bypassed = replace(chain(), bypassed=True).with_step(rain)
    assert bypassed.draw(7, "x.wav", 1).steps == ()
    assert bypassed.banks() == set()
    assert replace(bypassed, bypassed=False) == chain().with_step(rain)
