"""How well a command answers to what was typed: letters in their order, best at the beginnings of words."""

from __future__ import annotations

WORD_START, NEXT_TO_LAST = 8, 5


def score(typed: str, text: str) -> int | None:
    """The more, the better; None where the letters do not all come, in their order, in the text."""
    typed, text = "".join(typed.lower().split()), text.lower()
    best: dict[int, int] = {-1: 0}
    for letter in typed:
        found: dict[int, int] = {}
        for place, sign in enumerate(text):
            if sign == letter:
                ways = [_step(text, last, place) + points for last, points in best.items() if last < place]
                if ways:
                    found[place] = max(ways)
        best = found
    return max(best.values(), default=None)


def _step(text: str, last: int, place: int) -> int:
    starts = place == 0 or not text[place - 1].isalnum()
    return 1 + (WORD_START if starts else 0) + (NEXT_TO_LAST if place == last + 1 and last >= 0 else 0)
