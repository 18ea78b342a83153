"""Blind listening tests: which of two sounds X is, trial by trial, and what the answers say.

Somebody who hears no difference guesses: each answer is right with a chance of one half, independently of all others.
So the p-value is exact, the share of all ways to guess that are right at least as often (one-sided binomial test).
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

Which: TypeAlias = Literal["a", "b"]

TRIALS = 16
TRIALS_MIN = 5
"""Fewer cannot show anything: all of four right has a chance of 0.06."""
TRIALS_MAX = 50
SHOWN_P = 0.05
"""A result that guessing reaches with at most this chance shows a difference."""
ORIGINAL = "original"
CHAIN = "chain "
"""What the words for the other side begin with, before its name, where it is not the original."""


def p_value(correct: int, trials: int) -> float:
    """The chance that somebody who guesses is right at least so often."""
    ways: int = sum(math.comb(trials, count) for count in range(correct, trials + 1))
    return ways / (1 << trials)


def chance_of_any(tests: Iterable[int]) -> float:
    """The chance that guessing shows a difference in at least one of some tests, given by their numbers of trials."""
    none = 1.0
    for trials in tests:
        none *= 1.0 - max(p for p in (p_value(correct, trials) for correct in range(trials + 1)) if p <= SHOWN_P)
    return 1.0 - none


@dataclass(frozen=True)
class Outcome:
    """What came of a test of a chain, as it is saved with it.

    `date` is the day, `against` is `ORIGINAL` or `CHAIN` and a name, `digest` that of the chain as it was then.
    """

    date: str
    against: str
    trials: int
    correct: int
    digest: str

    @property
    def p(self) -> float:
        """The chance of it by guessing."""
        return p_value(self.correct, self.trials)

    @property
    def shows_difference(self) -> bool:
        """Whether guessing would hardly have come so far."""
        return self.p <= SHOWN_P


class Chance(Protocol):
    """Where the X of each trial comes from."""

    def getrandbits(self, bits: int, /) -> int:
        """A number of so many random bits."""
        ...


class BlindTest:
    """A test that runs: X is new for each trial, an answer ends the trial and stays as it was given."""

    def __init__(self, trials: int, chance: Chance | None = None) -> None:
        if not TRIALS_MIN <= trials <= TRIALS_MAX:
            raise ValueError(f"a test has {TRIALS_MIN} to {TRIALS_MAX} trials, not {trials}")
        self.trials = trials
        self.answered = 0
        self._correct = 0
        self._chance = chance or random.SystemRandom()
        self._x = self._toss()

    @property
    def done(self) -> bool:
        """Whether every trial has its answer."""
        return self.answered == self.trials

    @property
    def x(self) -> Which:
        """What X is in this trial: for what plays it, and for nothing that shows."""
        return self._x

    @property
    def correct(self) -> int:
        """How many answers were right; not to be known before the end."""
        if not self.done:
            raise ValueError("the test still runs")
        return self._correct

    def answer(self, says: Which) -> None:
        """End this trial with an answer and begin the next."""
        if self.done:
            raise ValueError("the test is over, and its answers stay as they are")
        self._correct += says == self._x
        self.answered += 1
        self._x = self._toss()

    def _toss(self) -> Which:
        return "b" if self._chance.getrandbits(1) else "a"
