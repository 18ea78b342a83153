"""The thread that writes a recording: the monitor hands blocks over and never waits for a disk."""

from __future__ import annotations

import dataclasses
import errno
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from ...files.recording import RecordingError, RecordingFile
from .messages import RecordingState

if TYPE_CHECKING:
    from ...clip import Samples
    from .messages import Record

EVERY_S = 0.05
SETTLED_EVERY_S = 1.0
BEHIND_MOST_S = 60.0
"""A disk that is further behind than this is not waited for: what comes then is counted as a dropout."""
DISK_FULL = "The disk is full: the recording has ended, and what was recorded until then is kept."


class Recorder:
    """One recording; `state` says how it stands, from any thread."""

    def __init__(self, wanted: Record, number: int, rate: int, channels: int) -> None:
        self.what = wanted.what
        self._folder, self._rate, self._channels = wanted.folder, rate, channels
        self.state = RecordingState(number=number, what=wanted.what, running=True)
        self._blocks: deque[Samples] = deque()
        self._put = self._written = 0
        self._lost = 0
        self._ending = False
        self._thread = threading.Thread(target=self._work, name="variophone-recorder", daemon=True)
        self._thread.start()

    def put(self, block: Samples) -> None:
        """Record (channels, n), which nobody changes any more."""
        if self._put - self._written > BEHIND_MOST_S * self._rate:
            self._lost += 1
        elif not self._ending:
            self._blocks.append(block)
            self._put += block.shape[1]

    def count(self, dropouts: int) -> None:
        """Say how many gaps there have been in what is recorded."""
        if self.state.running:
            self.state = dataclasses.replace(self.state, dropouts=dropouts + self._lost)

    def end(self) -> None:
        """Write what was handed over, and give the file its name; by its own thread, in its own time."""
        self._ending = True

    def join(self, timeout_s: float) -> None:
        """Wait for that."""
        self._thread.join(timeout_s)

    def _work(self) -> None:
        try:
            file = RecordingFile(self._folder, self._name(), self._rate, self._channels)
        except RecordingError as error:
            self._tell(running=False, error=str(error))
            return
        trouble = ""
        try:
            self._write(file)
        except OSError as fault:
            self._ending = True
            trouble = _words(fault)
        self._finish(file, trouble)

    def _name(self) -> str:
        return time.strftime("%Y-%m-%d %H.%M.%S") + (" processed" if self.what == "out" else "")

    def _write(self, file: RecordingFile) -> None:
        settled = time.monotonic()
        while not self._ending or self._blocks:
            while self._blocks:
                block = self._blocks.popleft()
                file.write(block)
                self._written += block.shape[1]
            self._tell(seconds=file.frames / self._rate)
            if time.monotonic() - settled > SETTLED_EVERY_S:
                file.settle()
                settled = time.monotonic()
            if not self._ending:
                time.sleep(EVERY_S)

    def _finish(self, file: RecordingFile, trouble: str) -> None:
        seconds = file.frames / self._rate
        try:
            path = file.finish()
        except OSError as fault:
            self._tell(running=False, seconds=seconds, error=trouble or _words(fault))
            return
        self._tell(running=False, seconds=seconds, path=str(path or ""), error=trouble)

    def _tell(self, **changes: object) -> None:
        self.state = dataclasses.replace(self.state, **changes)  # type: ignore[arg-type]  # names of its fields


def _words(fault: OSError) -> str:
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK_FULL
    return f"The recording has ended, and what was recorded until then is kept: {fault.strerror or fault}."
