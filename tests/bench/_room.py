"""The whole window with a virtual sound card of its own, for benchmarks: what it plays is heard, with the time."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEventLoop, QTimer

from engine.chain import Chain
from engine.files.encode import Encoding, encode
from engine.playback.messages import UseDevice
from engine.takes import View
from gui.app import Application
from tests.support.sound import MONITOR, SoundCard, SoundServer, plugged_in

RATE = 48_000
PATIENCE_S = 120.0
_CHUNK_FRAMES = 240
_STEADY_CHUNKS = 200


class Ear:
    """Listens to what a card plays, and knows when each frame left it, on the clock of `time.monotonic`."""

    def __init__(self, card: SoundCard) -> None:
        self._chunks: list[tuple[float, NDArray[np.float32]]] = []
        self._recorder = card.server.spawn(
            "parec", "-d", MONITOR, "--raw", "--format=float32le", f"--rate={RATE}", "--channels=2",
            "--latency-msec=5", stdout=-1,
        )  # fmt: skip
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._recorder.terminate()
        self._recorder.wait()
        self._thread.join()

    def heard(self, start_s: float, end_s: float) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """The time and the left channel's sample of every frame that left between two times."""
        chunks = list(self._chunks)
        ends = np.cumsum([samples.size for _, samples in chunks]) / RATE
        late = np.array([arrived for arrived, _ in chunks]) - ends
        # What arrives late has waited somewhere: the earliest of its neighbourhood says when the others left.
        near = np.flatnonzero((ends + late > start_s - 1) & (ends + late < end_s + 1))
        zero = float(late[near].min())
        sound = np.concatenate([chunks[index][1] for index in near])
        times = zero + ends[near[-1]] - np.arange(sound.size)[::-1] / RATE
        kept = (times >= start_s) & (times < end_s)
        return times[kept], sound[kept]

    def _listen(self) -> None:
        assert self._recorder.stdout is not None
        while data := self._recorder.stdout.read(_CHUNK_FRAMES * 8):
            arrived = time.monotonic()
            self._chunks.append((arrived, np.frombuffer(data[: len(data) // 8 * 8], np.float32)[::2].copy()))


def pause(seconds: float) -> None:
    """Let the window live for so long."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def wait_until(true: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    """Let the window live until something has come true."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise SystemExit("the window did not come to what the benchmark waits for")
        pause(0.02)


def complete(application: Application) -> View | None:
    """What is shown, once the take that is wanted is rendered."""
    view, wanted = application.audition.view, application.store.project.recipe()
    return view if view is not None and view.complete and view.recipe == wanted else None


@contextlib.contextmanager
def sound_card() -> Iterator[SoundCard]:
    """A private server with one card, which processes started from here find."""
    with tempfile.TemporaryDirectory(prefix="variophone-bench-") as folder, contextlib.ExitStack() as stack:
        server = SoundServer()
        stack.callback(server.close)
        own = {f"XDG_{kind}_HOME": str(Path(folder, kind.lower())) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
        stack.enter_context(patch.dict(os.environ, {**own, **server.env}))
        if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        yield stack.enter_context(plugged_in(server, RATE))


@contextlib.contextmanager
def opened(card: SoundCard, *paths: Path) -> Iterator[Application]:
    """The application with these recordings, playing through the card, its first take rendered."""
    from gui import app

    sys.setswitchinterval(app.SWITCH_INTERVAL_S)
    _, application = app.build(tuple(map(str, paths)))
    application.start()
    try:
        wait_until(lambda: complete(application) is not None)
        application.player.send(UseDevice(card.name))
        yield application
    finally:
        application.window.close()
        application.close()


@contextlib.contextmanager
def window(card: SoundCard, chain: Chain, *recordings: NDArray[np.float32]) -> Iterator[Application]:
    """The application with recordings (channels, frames) and a chain, the first one's take rendered."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"recording {number}.wav") for number in range(1, len(recordings) + 1)]
        for path, samples in zip(paths, recordings, strict=True):
            encode(path, samples, RATE, Encoding("wav", "16"))
        with opened(card, *paths) as application:
            change_chain(application, chain)
            wait_until(lambda: complete(application) is not None)
            yield application


def change_chain(application: Application, chain: Chain) -> None:
    """Put another chain into the window, as an edit."""
    from dataclasses import replace

    application.store.commit("Change the chain", replace(application.store.project, chain=chain))


def play(application: Application) -> None:
    """Play round and round, until the sound has come through."""
    application.audition.set_looping(True)
    application.audition.toggle_play()
    wait_until(lambda: application.player.snapshot().playing)
    pause(1.5)


def percentile(values: list[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    return float(np.percentile(values, share)) if share != 50 else median(values)
