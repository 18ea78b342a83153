"""No process outlives the one it serves, even if that one was killed while all were at work."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from engine.files.encode import Encoding, encode
from engine.jobs import ProcessPoolOfRequests, Response, Workers
from engine.lifetime import BEHIND
from tests.support.processing import noise

ROOT = Path(__file__).resolve().parents[2]
FEW_S = 20
"""A busy machine may take so long; an orphan would take for ever."""


@dataclass(frozen=True)
class Busy:
    """Work that never looks up."""

    def run(self) -> None:
        """Compute for ever."""
        while True:
            sum(range(10**6))


WORKERS = """
import time
from engine.jobs import ProcessPoolOfRequests, Workers
from tests.engine.test_lifetime import Busy
if __name__ == "__main__":
    workers = Workers(ProcessPoolOfRequests(2))
    for lane in "abc":
        workers.submit(lane, Busy(), print)
    time.sleep(600)
"""

SOUND = """
import time
from engine.playback.player import Player
if __name__ == "__main__":
    player = Player()
    player.start()
    time.sleep(600)
"""

EXPORT = """
import sys, time
from engine import load_chain
from engine.batch.child import ExportProcess
from engine.batch.plan import ExportRequest
if __name__ == "__main__":
    chain = load_chain("natural")
    export = ExportProcess(ExportRequest(chain=chain, out="out", inputs=("in",), variants=9999, jobs=1))
    time.sleep(600)
"""


@pytest.mark.parametrize("script", [WORKERS, SOUND, EXPORT], ids=["workers", "sound", "export"])
def test_nothing_survives_a_killed_window(script: str, tmp_path: Path) -> None:
    """Workers in the middle of their work and the audio process are gone soon after."""
    (tmp_path / "in").mkdir()
    encode(tmp_path / "in" / "noise.wav", noise(8000), 8000, Encoding("wav", "16"))
    path = tmp_path / "script.py"
    path.write_text(script, encoding="utf-8")
    command = [sys.executable, str(path)]
    with subprocess.Popen(command, cwd=tmp_path, env=_with_root(), stderr=subprocess.DEVNULL) as process:
        served = _children_at_work(process.pid)
        process.kill()
    gone, alive = psutil.wait_procs(served, FEW_S)
    for child in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
    assert gone
    assert not alive


def _with_root() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _children_at_work(pid: int) -> list[psutil.Process]:
    """The processes below that one, once they have been computing or waiting for a moment."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        children = psutil.Process(pid).children(recursive=True)
        if any(child.cpu_times().user > 0.4 for child in children):
            time.sleep(1)
            return psutil.Process(pid).children(recursive=True)
        time.sleep(0.1)
    raise AssertionError("nothing was started")


@pytest.mark.skipif(not hasattr(os, "nice"), reason="the system knows no such order")
def test_work_lets_the_window_go_first() -> None:
    """A worker is nicer than who asks it."""
    workers = Workers(ProcessPoolOfRequests(1))
    answers: list[Response] = []
    workers.submit("nice", Niceness(), answers.append)
    until = time.monotonic() + 60
    while workers.busy and time.monotonic() < until:
        workers.drain()
        time.sleep(0.005)
    workers.close()
    assert answers[0].value == min(os.nice(0) + BEHIND, 19)


def _asks(question: str) -> str:
    """What a process of its own answers."""
    code = f"import os; from engine.lifetime import come_first; {question}"
    asked = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    return asked.stdout.strip()


@pytest.mark.skipif(
    not _asks("os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1)); print('granted')"),
    reason="the system grants no real time",
)
def test_sound_goes_before_all_else() -> None:
    """Threads that are started afterwards have it as well, PortAudio's among them; a process may give it back."""
    started = "from threading import Thread; Thread(target=lambda: print(os.sched_getscheduler(0) == os.SCHED_RR))"
    assert _asks(f"come_first(); {started}.start()") == "True"
    assert (
        _asks(f"from engine.lifetime import wait_in_line; come_first(); wait_in_line(); {started}.start()") == "False"
    )


@pytest.mark.skipif(
    not _asks("os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1)); print('granted')"),
    reason="the system grants no real time",
)
def test_a_plugin_s_process_has_no_real_time_while_it_begins() -> None:
    """Which the audio process that starts it has: its imports last longer than what is rendered ahead."""
    watch = """
from pathlib import Path
from engine.plugins.child import Child
come_first()
child = Child("json")
first = False
while not child._pipe.poll():
    imports = "numpy" in Path(f"/proc/{child.pid}/maps").read_text()
    first = first or imports and os.sched_getscheduler(child.pid) == os.SCHED_RR
child.close()
print(first)"""
    assert _asks(watch) == "False"


@dataclass(frozen=True)
class Niceness:
    """How nice the worker is."""

    def run(self) -> int:
        """The system's figure."""
        return os.nice(0)
