"""Ten thousand edits of every kind while it plays: nothing breaks, nothing piles up, and the last chain is what plays.

The whole window without a screen, with its real workers and audio process on a virtual card. `--edits N`, `--seed N`.
What it needs is imported late: the processes that it starts read this file as well, and are to hold no window.
"""

from __future__ import annotations

import argparse
import sys

EDITS = 10_000
SEED = 5


def main() -> int:
    """Edit, print tables; 1 if something does not hold."""
    parser = argparse.ArgumentParser("edits")
    parser.add_argument("--edits", type=int, default=EDITS)
    parser.add_argument("--seed", type=int, default=SEED)
    wanted = parser.parse_args()

    from tests.bench._edits import run_edits

    return run_edits(wanted.edits, wanted.seed)


if __name__ == "__main__":
    sys.exit(main())
