"""Where the queue's jobs lie between two starts, in a folder of the user's: a JSON file each, and one of its rows.

A job changes many times while it runs and its rows never: fifty thousand of them are written once.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLockFile

from engine.whole import write_whole

from .job import Job

ORDER = "order"
LOCK = "in-use"
ROWS = ".rows"


class Shelf:
    """Keeps jobs in a folder; without one, or where another window has it, keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._saved: dict[str, Job] = {}
        self._order: list[str] = []
        self._lock: QLockFile | None = None
        if folder is not None:
            self._open(folder)

    def _open(self, folder: Path) -> None:
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(folder / LOCK))
        self._lock.setStaleLockTime(0)
        if not self._lock.tryLock(0):
            self._folder = None

    def load(self) -> list[Job]:
        """The jobs in their order; one that cannot be read is left out."""
        if self._folder is None:
            return []
        jobs: dict[str, Job] = {}
        for path in self._folder.glob("*.json"):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                if path.stem != ORDER:
                    rows = json.loads(path.with_suffix(ROWS).read_text("utf-8"))
                    job = Job.from_data(json.loads(path.read_text("utf-8")) | {"rows": rows})
                    jobs[job.id] = job
        order: list[str] = []
        with contextlib.suppress(OSError, ValueError):
            order = [str(name) for name in json.loads((self._folder / f"{ORDER}.json").read_text("utf-8"))]
        self._saved, self._order = jobs, order
        return sorted(jobs.values(), key=lambda job: order.index(job.id) if job.id in order else len(order))

    def save(self, jobs: Sequence[Job]) -> None:
        """Write what has changed, each file whole or not at all; what cannot be written is tried the next time."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            for job in jobs:
                saved = self._saved.get(job.id)
                if saved is job:
                    continue
                path = self._folder / f"{job.id}.json"
                if saved is None or saved.rows is not job.rows:
                    write_whole(path.with_suffix(ROWS), json.dumps(job.rows), durable=False)
                write_whole(path, json.dumps(job.to_data()), durable=False)
                self._saved[job.id] = job
            known = [job.id for job in jobs]
            for name in self._saved.keys() - set(known):
                for ending in (".json", ROWS):
                    (self._folder / f"{name}{ending}").unlink(missing_ok=True)
                del self._saved[name]
            if known != self._order:
                write_whole(self._folder / f"{ORDER}.json", json.dumps(known), durable=False)
                self._order = known

    def close(self) -> None:
        """Leave the folder to the next window."""
        if self._lock is not None:
            self._lock.unlock()
        self._folder = None
