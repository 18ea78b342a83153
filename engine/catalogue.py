"""What transforms there are, in words and as data, from their declarations and from nothing else.

`tools/pages.py` writes the pages of docs/transforms from it.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from . import finding
from .finding import Findable
from .params import Choice, Number, Param, Setting
from .transform import Measured, Streaming, Transform, registered

KINDS = {
    "streaming": "is heard at once, also on the microphone",
    "measured": "measures the whole clip first",
    "clip": "changes time and is heard once it is rendered",
}


def kind_of(transform: type[Transform]) -> str:
    """Which of the three kinds a transform is."""
    if issubclass(transform, Streaming):
        return "streaming"
    return "measured" if issubclass(transform, Measured) else "clip"


def describe(transform: type[Transform]) -> dict[str, Any]:
    """All that a transform declares, as plain data."""
    return {
        "name": transform.__name__,
        "category": transform.category,
        "kind": kind_of(transform),
        "version": transform.version,
        "summary": transform.summary(),
        "description": inspect.getdoc(transform) or "",
        "reference": transform.reference,
        "also_called": list(transform.also_called),
        "parameters": [_describe_param(param) for param in transform.params().values()],
    }


def _describe_param(param: Param) -> dict[str, Any]:
    data = {"type": type(param).__name__.lower(), **dataclasses.asdict(param)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in data.items()}


def further(transform: type[Transform]) -> list[str]:
    """What the description says beyond its first sentence, by paragraphs without line breaks."""
    paragraphs = (inspect.getdoc(transform) or "").split("\n\n")[1:]
    return [" ".join(paragraph.split()) for paragraph in paragraphs]


def by_category() -> list[tuple[str, list[type[Transform]]]]:
    """The transforms by family, both in alphabetical order."""
    ordered = sorted(registered().values(), key=lambda kind: (kind.category, kind.__name__))
    return [(category, list(kinds)) for category, kinds in groupby(ordered, key=lambda kind: kind.category)]


def search(typed: str) -> list[tuple[type[Transform], str]]:
    """The transforms that answer to what is typed, the best first, each with the other tool's name that it answers by.

    Where nothing answers, those with nearly such a name.
    """
    kinds = [kind for _, family in by_category() for kind in family]
    things = [
        Findable((kind.__name__,), kind.also_called, (
            kind.category, kind.summary(), " ".join(kind.params()), " ".join(further(kind)),
        ))
        for kind in kinds
    ]  # fmt: skip
    return [(kinds[hit.place], hit.called) for hit in finding.find(things, typed) or finding.near(things, typed)]


def limits(param: Param) -> str:
    """What a parameter takes, as a person reads it."""
    if isinstance(param, Number):
        scale = ", log scale" if param.scale == "log" else ""
        return f"{param.words(param.low)} … {param.words(param.high)}{scale}"
    if isinstance(param, Choice):
        return ", ".join(param.options)
    return "true, false" if type(param).__name__ == "Switch" else "a bank's name"


def typical(param: Param) -> str:
    """The range that is offered first, for numbers."""
    if not isinstance(param, Number):
        return ""
    low, high = param.typical
    return f"{param.words(low)} … {param.words(high)}"


HEAD = "This page is printed from the declarations; `make pages` makes it anew, and nothing is edited here."


def title(category: str) -> str:
    """A family's name as a heading."""
    return category.replace("_", " ").capitalize()


def index() -> str:
    """The page that leads to the families, as Markdown."""
    lines = ["# Transforms", "", HEAD, "Every number takes a value (`-6`), a range (`[-12, 12]`) or a choice"]
    lines[-1] += " (`{choice: [-2, 2]}`)."
    for category, kinds in by_category():
        lines += ["", f"## [{title(category)}]({category}.md)", "", "| transform | what it does |", "| --- | --- |"]
        lines += [f"| [{k.__name__}]({category}.md#{k.__name__.lower()}) | {_cell(k.summary())} |" for k in kinds]
    return "\n".join([*lines, ""])


def page(category: str, pictured: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """A family's page as Markdown; `pictured` says with which values the picture of each was made."""
    kinds = dict(by_category())[category]
    entries = (line for kind in kinds for line in _entry(kind, (pictured or {}).get(kind.__name__)))
    return "\n".join([f"# {title(category)}", "", HEAD, "[All families](README.md)", "", *entries])


def _entry(kind: type[Transform], pictured: Mapping[str, Any] | None) -> list[str]:
    lines = [f"## {kind.__name__}", "", inspect.getdoc(kind) or "", ""]
    lines.append(f"*{kind_of(kind).capitalize()}*: {KINDS[kind_of(kind)]}. Version {kind.version}.")
    if kind.also_called:
        lines.append(f"Elsewhere called {', '.join(kind.also_called)}.")
    if kind.reference:
        lines.append(f"After {kind.reference}.")
    lines.append("")
    if kind.params():
        lines += ["| parameter | default | takes | typical | |", "| --- | --- | --- | --- | --- |"]
        lines += [_row(param) for param in kind.params().values()]
        lines.append("")
    if pictured is not None:
        lines += [
            _caption(kind, pictured),
            "",
            f"![{kind.__name__}: before and after](pictures/{kind.__name__}.png)",
            "",
        ]
    return lines


def _caption(kind: type[Transform], values: Mapping[str, Any]) -> str:
    params = kind.params()
    said = ", ".join(f"`{name}` {params[name].words(value)}" for name, value in values.items())
    return f"Before, and after with {said}:" if said else "Before, and after:"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _row(param: Param) -> str:
    default: Setting = param.default
    cells = (f"`{param.name}`", param.setting_words(default), limits(param), typical(param), param.help)
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"
