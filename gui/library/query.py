"""The filter's words: plain ones are looked for in name, folder and label, others are conditions (`length<1`)."""

from __future__ import annotations

import operator
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass

from engine.project import Source

from ..words import mark, tr
from .columns import Peaks, duration_s

Matches = Callable[[Source, Peaks], bool]
EXAMPLES = mark("jackson   label:three   length<1   rate:8k   channels:2   level>-6")

_RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, ":": operator.eq, "=": operator.eq,
}  # fmt: skip
_NUMBERS: dict[str, Callable[[Source, Peaks], float | None]] = {
    "length": lambda source, _: duration_s(source),
    "rate": lambda source, _: source.info.sample_rate if source.info is not None else None,
    "channels": lambda source, _: source.info.channels if source.info is not None else None,
    "level": lambda source, peaks: peaks.get(source.path),
}
_TEXTS: dict[str, Callable[[Source], str]] = {
    "label": lambda source: source.label,
    "name": lambda source: source.source_id.rpartition("/")[2],
    "folder": lambda source: source.source_id.rpartition("/")[0],
}
_CONDITION = re.compile(rf"({'|'.join((*_NUMBERS, *_TEXTS))})(<=|>=|[<>:=])(.*)", re.IGNORECASE)
_ROUNDED = {"length": 0.005, "level": 0.05}
"""Equal to what is shown is equal."""


@dataclass(frozen=True)
class Query:
    """What was typed, understood: all of `conditions` must hold; `wrong` says what could not be understood."""

    conditions: tuple[Matches, ...] = ()
    wrong: str = ""

    def matches(self, source: Source, peaks: Peaks) -> bool:
        """Whether a recording is among those that are looked for."""
        return all(condition(source, peaks) for condition in self.conditions)


def parse(text: str) -> Query:
    """Understand what was typed; a condition that is not finished yet holds for everything."""
    conditions: list[Matches] = []
    wrong = ""
    for word in _split(text):
        found = _CONDITION.fullmatch(word)
        if found is None:
            conditions.append(_contains(word.casefold()))
            continue
        name, relation, value = found[1].lower(), found[2], found[3]
        made = _compares(name, relation, value) if name in _NUMBERS else _says(name, value.casefold())
        if made is None:
            wrong = tr("“{word}” needs a number, as in {name}{relation}1", word=word, name=name, relation=relation)
        else:
            conditions.append(made)
    return Query(tuple(conditions), wrong)


def _split(text: str) -> list[str]:
    """The words, those in quotes as one; a quote that is still open ends at the end."""
    for attempt in (text, text + '"'):
        lexer = shlex.shlex(attempt, posix=True, punctuation_chars=False)
        lexer.whitespace_split, lexer.quotes, lexer.escape, lexer.commenters = True, '"', "", ""
        try:
            return list(lexer)
        except ValueError:
            continue
    return text.split()


def _contains(word: str) -> Matches:
    def holds(source: Source, _: Peaks) -> bool:
        return word in f"{source.folder.rpartition('/')[2]}/{source.source_id} {source.label}".casefold()

    return holds


def _says(name: str, value: str) -> Matches:
    text = _TEXTS[name]
    return lambda source, _: value in text(source).casefold()


def _compares(name: str, relation: str, value: str) -> Matches | None:
    number = _number(value)
    if number is None:
        return None
    fact, holds = _NUMBERS[name], _RELATIONS[relation]
    slack = _ROUNDED.get(name, 0.0)

    def compared(source: Source, peaks: Peaks) -> bool:
        found = fact(source, peaks)
        if found is None:
            return False
        return abs(found - number) <= slack if holds is operator.eq else holds(found, number)

    return compared


def _number(text: str) -> float | None:
    """`0.5`, `44.1k`, `-6`, `1:30` as a number; None for anything else."""
    found = re.fullmatch(r"(?:(\d+):)?([-−]?\d*[.,]?\d+)\s*(k|khz|hz|s|db)?", text.strip(), re.IGNORECASE)
    if found is None:
        return None
    number = float(found[2].replace("−", "-").replace(",", ".")) + 60 * int(found[1] or 0)
    return number * 1000 if (found[3] or "").lower().startswith("k") else number
