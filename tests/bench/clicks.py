"""Whether anything clicks: every parameter of every streaming transform jumps while a sine plays, in several places.

A figure is the largest step between samples during a jump, as a share of the larger steady one (tests/support/jumps.py
says of what). Ends with 1 where one reaches 2.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.support.jumps import STREAMING, Jump, Player, jumps_of

PLACES_S = (0.0, 0.0137, 0.0411, 0.0829, 0.0973)
STEEPER = 2.0


def main() -> int:
    """Measure, print a line for each jump, the steepest first; 1 if one clicks."""
    from rich.console import Console
    from rich.progress import track
    from rich.table import Table

    found = sorted(
        (line for kind in track(STREAMING, transient=True) for line in _measured(kind)), key=lambda line: -max(line[1])
    )
    table = Table(
        "transform", "parameter", "from", "to", "median", "worst", title=f"Jumps, {len(PLACES_S)} places each"
    )
    for jump, figures in found:
        ends = jump.kind.__name__, jump.name, str(jump.before), str(jump.after)
        clicks = max(figures) >= STEEPER
        table.add_row(*ends, f"{median(figures):.3f}", f"{max(figures):.3f}", style="red" if clicks else None)
    console = Console(width=120)
    console.print(table)
    clicking = sum(max(figures) >= STEEPER for _, figures in found)
    console.print(f"{len(found)} jumps of {len(STREAMING)} transforms, {clicking} steeper than {STEEPER:g} times")
    return int(clicking > 0)


def _measured(kind: type) -> Iterator[tuple[Jump, list[float]]]:
    with tempfile.TemporaryDirectory(prefix="variophone-bench-") as folder:
        player = Player(Path(folder), kind)
        for jump in jumps_of(kind):
            there, back = [], []
            for place_s in PLACES_S:
                there.append(player.steeper(jump, place_s))
                back.append(player.steeper(jump.back, place_s))
            yield jump, there
            yield jump.back, back


if __name__ == "__main__":
    sys.exit(main())
