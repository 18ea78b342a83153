"""How well something with a name answers to what is typed: by its own names, other tools' names, and its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

EXACT, CALLED_EXACTLY, STARTS, INSIDE, CALLED_STARTS, CALLED_INSIDE, TEXTS = range(7)
NEAR = 0.72
"""Words that are so alike (difflib's ratio) are taken for one another where nothing else answers."""
_BETWEEN = re.compile(r"[\s_\-/]+")


@dataclass(frozen=True)
class Findable:
    """What a thing is found by: its names, what others call it, and texts, the telling ones first."""

    names: tuple[str, ...]
    called: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """Where in the list the thing is that answers, and the other tool's name by which it was found."""

    place: int
    called: str = ""


def find(things: Sequence[Findable], typed: str) -> list[Hit]:
    """The things that hold every word that was typed, the best first; all of them where nothing was."""
    if not typed.strip():
        return [Hit(place) for place in range(len(things))]
    ranked = [(rank(thing, typed), place) for place, thing in enumerate(things)]
    return [Hit(place, _called(things[place], typed)) for rank, place in sorted(ranked) if rank < _none(things[place])]


def near(things: Sequence[Findable], typed: str) -> list[Hit]:
    """The things with a name nearly like what was typed, the nearest first."""
    import difflib

    whole = _squashed(typed)
    if not whole:
        return []
    found: dict[int, tuple[float, str]] = {}
    for place, thing in enumerate(things):
        for name in (*thing.names, *thing.called):
            matcher = difflib.SequenceMatcher(None, _squashed(name), whole)
            alike = matcher.ratio() if matcher.quick_ratio() >= NEAR else 0.0
            if alike >= NEAR and alike > found.get(place, (0.0, ""))[0]:
                found[place] = (alike, "" if name in thing.names else name)
    return [Hit(place, called) for place, (_, called) in sorted(found.items(), key=lambda one: -one[1][0])]


def rank(thing: Findable, typed: str) -> int:
    """The less, the better: names before other tools' names before texts; all the words together before each alone."""
    together = _rank_word(thing, typed)
    if together <= CALLED_INSIDE:
        return together
    return max(max(_rank_word(thing, word) for word in typed.split()), STARTS)


def _rank_word(thing: Findable, word: str) -> int:
    squashed = _squashed(word)
    places = (_place(squashed, thing.names, (EXACT, STARTS, INSIDE)),
              _place(squashed, thing.called, (CALLED_EXACTLY, CALLED_STARTS, CALLED_INSIDE)))  # fmt: skip
    folded = word.casefold()
    texts = next((TEXTS + row for row, text in enumerate(thing.texts) if folded in text.casefold()), _none(thing))
    return min(*(place for place in places if place is not None), texts, _none(thing))


def _place(squashed: str, names: Iterable[str], ranks: tuple[int, int, int]) -> int | None:
    equal, starts, inside = ranks
    found = [_squashed(name) for name in names if squashed in _squashed(name)]
    if not found or not squashed:
        return None
    return equal if squashed in found else starts if any(name.startswith(squashed) for name in found) else inside


def _none(thing: Findable) -> int:
    return TEXTS + len(thing.texts)


def _called(thing: Findable, typed: str) -> str:
    """The other tool's name that answers best, where none of the thing's own does as well."""
    ranked = [(rank(Findable((), (name,)), typed), name) for name in thing.called]
    least, name = min(ranked, key=lambda one: one[0], default=(TEXTS, ""))
    return name if least < min(rank(Findable(thing.names), typed), TEXTS) else ""


@lru_cache(4096)
def _squashed(text: str) -> str:
    """Without the case, and without what stands between words: AddNoise, add_noise and add noise are the same."""
    return _BETWEEN.sub("", text.casefold())
