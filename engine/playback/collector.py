"""The garbage collector of the audio process: it works when the device has enough, and looks at little.

A collection holds every thread up, PortAudio's among them. Left alone it comes when it likes, and a full one looks at
everything that was ever imported: longer than a block lasts. What lives from the start is therefore never looked at
again, and the rest when nothing plays or, where something plays on and on, now and then behind a full ring.
"""

from __future__ import annotations

import gc
import time

from ..heap import give_back

AT_REST_S = 2.0
"""So often while nothing plays."""
PLAYING_S = 30.0
"""So often while something does: a bridge that is let go is freed without the collector, so little is left to it."""


class Collector:
    """Owned by the server's thread."""

    def __init__(self) -> None:
        self._settled = False
        self._collected_at = time.monotonic()

    def turn(self, *, warmed: bool, playing: bool) -> None:
        """Collect if it is time for it; by hand alone from when all is imported on."""
        if warmed and not self._settled:
            self.settle()
            self._settled = True
        now = time.monotonic()
        if self._settled and now - self._collected_at > (PLAYING_S if playing else AT_REST_S):
            gc.collect()
            give_back()
            self._collected_at = time.monotonic()

    def settle(self) -> None:
        """Leave alone what is there, and collect nothing by itself any more."""
        gc.collect()
        gc.freeze()
        gc.disable()
