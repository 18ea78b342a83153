"""Run a command on a screen: the one that is there, or else a virtual one (Linux), which is said in one sentence."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from types import FrameType

import system

GEOMETRY = "1440x900x24"
ROOMY = "1680x1050x24"
"""For tests, with room beside the window for another program."""


def main(command: list[str]) -> int:
    """Run the command and give its exit code; after `--own` on a virtual screen even where there is a real one."""
    signal.signal(signal.SIGTERM, _end)
    own = command[0] == "--own"
    command = command[own:]
    if sys.platform != "linux":
        return _run(command)
    if own and shutil.which("Xvfb"):
        with virtual_screen(ROOMY) as display:
            os.environ.update(DISPLAY=display, QT_QPA_PLATFORM="xcb")
            return _run(command)
    if own or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return _run(command)
    if shutil.which("Xvfb") is None:
        print(f"There is no screen and no virtual one; install that {system.how_to_install('xvfb')}", file=sys.stderr)
        return 1
    with virtual_screen() as display:
        print(f"There is no screen: the window opens on the virtual screen {display}.", flush=True)
        os.environ["DISPLAY"] = display
        return _run(command)


@contextlib.contextmanager
def virtual_screen(geometry: str = GEOMETRY) -> Iterator[str]:
    """Start a virtual screen on the first free number; gives its name, and ends it afterwards."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", geometry, "-nolisten", "tcp", "+extension", "GLX"],
        pass_fds=[writing], stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    os.close(writing)
    try:
        with os.fdopen(reading) as numbers:
            number = numbers.readline().strip()
        if not number:
            raise SystemExit("The virtual screen (Xvfb) did not start.")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def _run(command: list[str]) -> int:
    with subprocess.Popen(command) as running:
        try:
            return running.wait()
        except KeyboardInterrupt:
            return running.wait()
        finally:
            running.terminate()


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
