"""What a blind test says, in words."""

from __future__ import annotations

from engine.listening import CHAIN, ORIGINAL, Outcome

from ..words import tr


def p_words(p: float) -> str:
    """A p-value as it is written in papers."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def verdict(outcome: Outcome) -> str:
    """What a result means, no more and no less."""
    words = {"correct": outcome.correct, "trials": outcome.trials, "p": p_words(outcome.p)}
    if outcome.shows_difference:
        return tr("{correct} of {trials}: you hear a difference ({p}).", **words)
    return tr(
        "{correct} of {trials}: no difference was shown, which does not prove that there is none ({p}).", **words
    )  # fmt: skip


def line(outcome: Outcome, now: str) -> str:
    """A result in one line; `now` is the digest of the chain as it is."""
    against = tr("the original") if outcome.against == ORIGINAL else outcome.against.removeprefix(CHAIN)
    words = tr(
        "{date} · against {against}: {correct} of {trials}, {p}",
        date=outcome.date, against=against, correct=outcome.correct, trials=outcome.trials, p=p_words(outcome.p),
    )  # fmt: skip
    if outcome.digest == now:
        return words
    return tr("{words} · of an earlier version of this chain", words=words)
