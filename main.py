"""Variophone: with a command the command line; alone, or with files and folders, the window."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def main(arguments: Sequence[str]) -> int:
    """Run what the arguments ask for; gives the exit code."""
    from engine.cli import is_command
    from engine.cli import main as command

    if is_command(arguments):
        return command(arguments, windowed={"tour": _tour})
    from gui.app import main as window

    return window(arguments)


def _tour(chosen: argparse.Namespace) -> int:
    from gui.tour.run import run

    return run(chosen.out, states=chosen.states)


if __name__ == "__main__":
    multiprocessing.freeze_support()
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:  # before the command or the window could take care of it
        sys.exit(130)
