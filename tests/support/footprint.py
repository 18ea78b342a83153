"""What a run of the window holds of the machine: threads, processes, open files, scratch files and memory."""

from __future__ import annotations

import contextlib
import multiprocessing.resource_tracker as resource_tracker
import threading
from dataclasses import dataclass
from pathlib import Path

import psutil

from gui.app import Application

WINDOW, SOUND, WORKER = "window", "sound", "worker"


@dataclass(frozen=True)
class Footprint:
    """Threads of the window's process by name, processes by what they are, and of each open files and memory.

    `memory` is in bytes what the process made for itself and its part of what it shares with others; no libraries,
    whose pages are every program's on the machine. `scratch` is how many files lie in the run's own folders.
    """

    threads: tuple[str, ...]
    processes: dict[str, int]
    files: dict[str, int]
    memory: dict[str, int]
    scratch: int


def footprint(application: Application) -> Footprint:
    """How it is now; on Linux alone."""
    processes = _processes(application)
    return Footprint(
        tuple(sorted(thread.name for thread in threading.enumerate())),
        {role: process.pid for role, process in processes.items()},
        {role: process.num_fds() for role, process in processes.items()},
        {role: _own(process.pid) for role, process in processes.items()},
        sum(path.is_file() for folder in folders(application) for path in folder.rglob("*")),
    )


def folders(application: Application) -> tuple[Path, ...]:
    """The run's own folders, which go with it."""
    host = application.player._host
    sound = (host._folder.path,) if host is not None else ()
    return application.scratch._memory.path, application.scratch._disk.path, *sound


def _processes(application: Application) -> dict[str, psutil.Process]:
    """The window's own, the audio process and the workers; other children are none of the window's affair."""
    kept = resource_tracker._resource_tracker._pid  # type: ignore[attr-defined]  # no public name
    host = application.player._host
    sound = host._process.pid if host is not None and host._process is not None else None
    found = {WINDOW: psutil.Process()}
    for child in sorted(psutil.Process().children(), key=lambda process: process.pid):
        if child.pid == sound:
            found[SOUND] = child
        elif child.pid != kept and _is_worker(child):
            found[f"{WORKER} {sum(role.startswith(WORKER) for role in found) + 1}"] = child
    return found


def _is_worker(child: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return "multiprocessing.spawn" in " ".join(child.cmdline())
    return False


def _own(pid: int) -> int:
    found = dict(line.split()[:2] for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return (int(found["Pss_Anon:"]) + int(found["Pss_Shmem:"])) * 1024
