"""The page for those who come from another tool: which of our transforms each of its transforms is.

The table is docs/coming-from.yaml: for each tool its transforms, each with `ours` (one transform or several) and `how`
the parameters map. An entry without `ours` says in `how` what stands in its place, or why it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import yaml_strict
from engine.transform import registered

TABLE = Path(__file__).resolve().parents[2] / "docs" / "coming-from.yaml"

HEAD = "This page is printed from `docs/coming-from.yaml`; `make pages` makes it anew, and nothing is edited here."
ABOUT = (
    "Ranges are written `[low, high]` here and drawn for every take; the chance of a step is its `p`, 1 where theirs "
    "is 0.5. Where a parameter of theirs is not named, ours has none: what it does in its place is said."
)


@dataclass(frozen=True)
class Entry:
    """One transform of another tool."""

    peer: str
    theirs: str
    ours: tuple[str, ...]
    how: str


def entries() -> Iterator[Entry]:
    """The table's entries, in its order."""
    tools: Any = yaml_strict.load(TABLE.read_text("utf-8"))
    for peer, table in tools.items():
        for theirs, about in table.items():
            ours = about.get("ours", [])
            yield Entry(peer, theirs, tuple(ours if isinstance(ours, list) else [ours]), about["how"])


def page() -> str:
    """The page as Markdown."""
    kinds = registered()
    lines = ["# Coming from another tool", "", HEAD, ABOUT]
    peer = ""
    for entry in entries():
        if entry.peer != peer:
            peer = entry.peer
            lines += ["", f"## {peer}", "", f"| {peer} | here | how |", "| --- | --- | --- |"]
        links = (f"[{name}](transforms/{kinds[name].category}.md#{name.lower()})" for name in entry.ours)
        lines.append(f"| `{entry.theirs}` | {', '.join(links)} | {entry.how.replace('|', chr(92) + '|')} |")
    return "\n".join([*lines, ""])
