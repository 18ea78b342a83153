"""Processes that serve another one end with it, whatever ended it and whatever they are at."""

from __future__ import annotations

import multiprocessing
import os
import threading


def end_with_parent() -> None:
    """Have this process end when the one that started it does, killed or not; call once, at its start."""
    threading.Thread(target=_wait, name="variophone-end-with-parent", daemon=True).start()


def _wait() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
