"""Blind tests: the p-value is scipy's, X is by chance, answers stay, and results are kept in the preset."""

from __future__ import annotations

import dataclasses

import pytest
from scipy.stats import binomtest

from engine import preset
from engine.chain import TESTS_MAX, Chain, Step
from engine.listening import TRIALS_MAX, BlindTest, Outcome, Which, chance_of_any, p_value
from engine.preset_data import digest

CHAIN = Chain(name="mine", steps=(Step(id="gain", transform="Gain", settings=(("gain_db", -3.0),)),))


class Tosses:
    """Chance that was settled beforehand."""

    def __init__(self, tosses: str) -> None:
        self._tosses = iter(tosses)

    def getrandbits(self, bits: int, /) -> int:
        """The next one."""
        assert bits == 1
        return int(next(self._tosses) == "b")


def test_the_p_value_is_that_of_an_exact_binomial_test() -> None:
    for trials in range(1, TRIALS_MAX + 1):
        for correct in range(trials + 1):
            expected = binomtest(correct, trials, 0.5, alternative="greater").pvalue
            assert p_value(correct, trials) == pytest.approx(expected, rel=1e-12)


def test_many_tests_show_something_by_luck() -> None:
    """12 of 16 are needed (p = 0.038), and all of 5 (p = 0.031)."""
    assert chance_of_any([]) == 0
    assert chance_of_any([16]) == pytest.approx(2517 / 2**16)
    assert chance_of_any([16, 5, 5]) == pytest.approx(1 - (1 - 2517 / 2**16) * (31 / 32) ** 2)


def test_what_counts_is_what_x_was_and_no_answer_changes_afterwards() -> None:
    test = BlindTest(5, Tosses("abbaba"))
    seen = []
    says: Which
    for says in ("a", "a", "b", "a", "b"):
        with pytest.raises(ValueError, match="still runs"):
            _ = test.correct
        seen.append(test.x)
        test.answer(says)
    assert seen == ["a", "b", "b", "a", "b"]
    assert (test.correct, test.done) == (4, True)
    with pytest.raises(ValueError, match="stay as they are"):
        test.answer("a")
    assert test.correct == 4
    with pytest.raises(ValueError, match="5 to 50"):
        BlindTest(4)


def test_x_is_either_with_the_same_chance() -> None:
    """Of 2,000 trials between 850 and 1,150 have the first: outside once in 10^11 runs."""
    seen = []
    for _ in range(40):
        test = BlindTest(50)
        for _ in range(50):
            seen.append(test.x)
            test.answer("a")
    assert 850 < seen.count("a") < 1150


def test_a_result_is_kept_in_the_preset_and_changes_nothing_that_sounds() -> None:
    results = (
        Outcome("2026-01-31", "original", 16, 14, digest(CHAIN)),
        Outcome("2026-02-01", "chain phone: the second", 50, 49, digest(CHAIN)),
    )
    tested = CHAIN.with_test(results[0]).with_test(results[1])
    again = preset.loads(preset.dumps(tested), "mine.yaml")
    assert again == tested
    assert tested.tests == results
    assert tested.draw(1, "a", 1) == CHAIN.draw(1, "a", 1)
    assert tested.draw(1, "a", 1).digest() == CHAIN.draw(1, "a", 1).digest()
    assert digest(tested) == digest(dataclasses.replace(tested, name="other")) == digest(CHAIN)
    louder = tested.replaced(Step(id="gain", transform="Gain"))
    assert digest(louder) != digest(CHAIN)
    many = CHAIN
    for day in range(TESTS_MAX + 3):
        many = many.with_test(dataclasses.replace(results[0], date=f"2026-03-{day + 10}"))
    assert [test.date for test in many.tests][:1] == ["2026-03-13"]
    assert len(many.tests) == TESTS_MAX


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("correct: 17", "tests 1: correct must be a whole number from 0 to 16"),
        ("p: 0.5", "tests 1: p must be 0.00209 for 14 of 16"),
        ("trials: 4", "tests 1: trials must be a whole number from 5 to 50"),
        ("against: chain", "tests 1: against must be original, or chain and a name"),
        ("digest: 12", "tests 1: digest must be 16 digits"),
        ("date: today", "tests 1: date must be a day such as"),
    ],
)
def test_a_result_that_cannot_be_is_refused(wrong: str, words: str) -> None:
    tested = CHAIN.with_test(Outcome("2026-01-31", "original", 16, 14, digest(CHAIN)))
    lines = preset.dumps(tested).splitlines()
    word = wrong.partition(":")[0]
    text = "\n".join(_put(line, word, wrong) for line in lines)
    assert text != "\n".join(lines)
    with pytest.raises(preset.PresetError, match=words):
        preset.loads(text, "mine.yaml")


def _put(line: str, word: str, wrong: str) -> str:
    before, found, after = line.partition(f"{word}: ")
    end = min((after.find(mark) for mark in ",}" if mark in after), default=len(after))
    return before + wrong + after[end:] if found else line
