"""What transforms there are, in words and as data, from their declarations and from nothing else.

`python -m engine.catalogue` prints the page that lies in docs/transforms.md.
"""

from __future__ import annotations

import dataclasses
import inspect
from itertools import groupby
from typing import Any

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


def page() -> str:
    """The whole catalogue as Markdown."""
    head = [
        "# Transforms",
        "",
        "This page is printed from the declarations by `python -m engine.catalogue`; do not edit it.",
        "Every number takes a value (`-6`), a range (`[-12, 12]`) or a choice (`{choice: [-2, 2]}`).",
        "",
    ]
    return "\n".join([*head, *(line for category, kinds in by_category() for line in _family(category, kinds))])


def _family(category: str, kinds: list[type[Transform]]) -> list[str]:
    title = category.replace("_", " ").capitalize()
    return [f"## {title}", "", *(line for kind in kinds for line in _entry(kind))]


def _entry(kind: type[Transform]) -> list[str]:
    lines = [f"### {kind.__name__}", "", inspect.getdoc(kind) or "", ""]
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
    return lines


def _row(param: Param) -> str:
    default: Setting = param.default
    cells = (f"`{param.name}`", param.setting_words(default), limits(param), typical(param), param.help)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    print(page(), end="")
