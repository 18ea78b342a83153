"""How the command line speaks: one sentence to stderr, plain tables to stdout, names shown with escapes."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ..files.refused import shown


def say(sentence: str) -> None:
    """One sentence to stderr, after the program's name."""
    print(f"variophone: {shown(sentence)}", file=sys.stderr)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as columns, the last one free to be long."""
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    lines = ("  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[-1]]) for row in rows)
    return "\n".join(line.rstrip() for line in lines)
