"""Processes that serve another one end with it, whatever ended it and whatever they are at, and let it go first.

The one that plays goes before all of them, where the system grants it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading

BEHIND = 10
"""So much nicer than window and sound, which have a tenth of a second, are those that have all the time they need."""

REAL_TIME = 10
"""The lowest of what sound servers take for themselves, so that they go before it."""


def give_way() -> None:
    """Let this process, and those that it starts, wait while window or sound have something to do; not on Windows."""
    with contextlib.suppress(AttributeError, OSError):
        os.nice(BEHIND)


def come_first() -> bool:
    """Have this process, with the threads that it starts from now on, run as soon as it has something to do.

    Linux grants it to whoever may ask for real time (the limit `rtprio`, which pro-audio set-ups raise); elsewhere
    PortAudio's own thread has what it needs. Where there is one core alone, nobody else would be left any. Says
    whether it was granted.
    """
    if (os.cpu_count() or 1) < 2:
        return False
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(REAL_TIME))
        return True
    return False


STAND_BACK = (
    "import os; hasattr(os, 'sched_setscheduler') and os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0)); "
)
"""Begins the command of what is started from the process that plays: a second of imports would go before the sound."""


def wait_in_line() -> None:
    """Take back `come_first`."""
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def end_with_parent() -> None:
    """Have this process end when the one that started it does, killed or not; call once, at its start."""
    threading.Thread(target=_wait, name="variophone-end-with-parent", daemon=True).start()


def _wait() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def end_with_input() -> None:
    """Have this process end when its standard input does, which whoever started it holds; call once, at its start."""
    threading.Thread(target=_drain, name="variophone-end-with-input", daemon=True).start()


def _drain() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    os._exit(1)
