"""What a machine is busy with while it plays: an export on two processes that never ends, and a window that repaints.

Called as `_load.py`, it is such a window, with rubbish for its garbage collector, until its input ends.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.batch.child import ExportProcess
from engine.batch.events import Summary
from engine.batch.plan import ExportRequest
from engine.files.encode import Encoding, encode
from engine.preset import find, load

REPAINT_MS = 33
RECORDINGS, RECORDING_S, RATE = 12, 5, 48_000
VARIANTS = 20
POLL_S = 0.1
CYCLES = 300
"""So many objects that only the collector frees are thrown away with each repaint."""


class Cycle:
    """Rubbish that holds itself."""

    def __init__(self) -> None:
        self.itself = self
        self.more = [self]


def litter(cycles: int = CYCLES) -> None:
    """Give the garbage collector something to do."""
    for _ in range(cycles):
        Cycle()


class Exporting:
    """Exports, on two processes, generated recordings into a folder, again and again."""

    def __init__(self, folder: Path) -> None:
        self._done = 0
        self._in, self._out = folder / "recordings", folder / "out"
        self._in.mkdir()
        noise = np.random.default_rng(3)
        for number in range(RECORDINGS):
            samples = noise.normal(0, 0.1, (2, RECORDING_S * RATE)).astype(np.float32)
            encode(self._in / f"{number}.wav", samples, RATE, Encoding("wav", "16"))
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="variophone-bench-export")
        self._thread.start()

    @property
    def files(self) -> int:
        """How many files were made so far: of the rounds that are over, and of this one."""
        return self._done + len(list(self._out.glob("*.wav")))

    def close(self) -> None:
        """End the export that runs."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set():
            request = ExportRequest(
                chain=load(find("natural")), out=str(self._out), inputs=(str(self._in),), variants=VARIANTS, jobs=2
            )
            export = ExportProcess(request)
            done = 0
            while not export.gone and not self._closing.wait(POLL_S):
                done += sum(event.done for event in export.poll() if isinstance(event, Summary))
            export.close()
            shutil.rmtree(self._out, ignore_errors=True)
            self._done += done


@contextlib.contextmanager
def busy(folder: Path, *, window: bool) -> Iterator[Exporting]:
    """Both at work until the block ends; without the window where the real one is there."""
    with contextlib.ExitStack() as stack:
        if window:
            process = subprocess.Popen([sys.executable, str(Path(__file__))], stdin=subprocess.PIPE)
            stack.callback(process.communicate)
        exporting = Exporting(folder)
        stack.callback(exporting.close)
        yield exporting


def _repaint() -> None:
    import pyqtgraph
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    app = QApplication(sys.argv)
    view = pyqtgraph.GraphicsLayoutWidget()
    view.resize(1200, 700)
    image = pyqtgraph.ImageItem(axisOrder="row-major")
    view.addViewBox().addItem(image)
    view.show()
    noise = np.random.default_rng(1).integers(0, 255, (600, 1400, 4), np.uint8)
    waiting = threading.Thread(target=sys.stdin.read, daemon=True)
    waiting.start()
    count = 0

    def paint() -> None:
        nonlocal count
        count += 1
        image.setImage(noise[:, count % 100 :][:, :1200], autoLevels=False)
        litter()
        if not waiting.is_alive():
            app.quit()

    timer = QTimer(interval=REPAINT_MS)
    timer.timeout.connect(paint)
    timer.start()
    app.exec()


if __name__ == "__main__":
    _repaint()
