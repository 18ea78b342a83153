"""Folders that one run of the program works in: locked while it lives, so that the next run knows which are abandoned.

A run that was killed removes nothing, and what it leaves in the memory-backed folder takes memory until the system is
started anew. A lock goes with its process, however that ends; a process number would be given to another one day.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

PREFIX = "variophone-"
LOCK = "in-use"
ATTEMPTS = 3


def memory_folder() -> Path | None:
    """The memory-backed folder of the system, None where there is none to write to."""
    shared = Path("/dev/shm")
    return shared if os.access(shared, os.W_OK) else None


def disk_folder() -> Path:
    """The system's folder for what may go at any time."""
    return Path(tempfile.gettempdir())


class RunFolder:
    """A new folder of this run, below `parent`; removed by `close`, or by a later run if this one is killed."""

    path: Path
    _lock: BinaryIO

    def __init__(self, parent: Path | None) -> None:
        for _ in range(ATTEMPTS):
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent or disk_folder()))
            self._lock = open(self.path / LOCK, "w+b")  # noqa: SIM115 - held as long as the folder is
            if try_lock(self._lock):
                return
            self.close()  # another run swept just now, and took it for abandoned
        self.path.mkdir(exist_ok=True)  # locks do not work there at all, so nobody else takes it either

    @classmethod
    def adopt_abandoned(cls, parent: Path) -> list[RunFolder]:
        """The folders below `parent` whose runs are no more, from now on this run's own."""
        adopted = []
        for lock in parent.glob(f"{PREFIX}*/{LOCK}"):
            with contextlib.suppress(OSError):
                folder = cls.__new__(cls)
                folder.path, folder._lock = lock.parent, lock.open("r+b")
                if try_lock(folder._lock):
                    adopted.append(folder)
                else:
                    folder._lock.close()
        return adopted

    def leave(self) -> None:
        """Let go of it and leave it for a later run to find."""
        self._lock.close()

    def close(self) -> None:
        """Delete it and all that is in it."""
        self._lock.close()
        shutil.rmtree(self.path, ignore_errors=True)


@dataclass(frozen=True)
class SweepRequest:
    """Remove what killed runs have left behind; for a worker, since it may be much."""

    def run(self) -> None:
        """Look where `RunFolder` puts folders."""
        for parent in {memory_folder(), disk_folder()}:
            if parent is not None:
                remove_abandoned(parent)


def remove_abandoned(parent: Path) -> None:
    """Delete the folders of runs that are no more; one without a lock file is not ours to judge."""
    for lock in parent.glob(f"{PREFIX}*/{LOCK}"):
        with contextlib.suppress(OSError):
            with lock.open("r+b") as file:
                abandoned = try_lock(file)
                if abandoned:
                    shutil.rmtree(lock.parent, ignore_errors=True)
            if abandoned:  # Windows keeps a file that is open
                shutil.rmtree(lock.parent, ignore_errors=True)


def try_lock(file: BinaryIO) -> bool:
    """Lock a file for this process; False if another holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
