"""Looks for a device while another one plays, in a process of its own.

PortAudio renews its list of devices only where no stream is open, and a device that is listed need not take sound: a
sink of a sound server that is gone or suspended stays in ALSA's list. So the one that is missed is tried with silence.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from ..lifetime import STAND_BACK, end_with_input

if TYPE_CHECKING:
    from types import ModuleType

    from .devices import Device

LOOK_S = 2.0
LONGEST_S = 8.0
"""A device that is there and takes no sound is tried less and less often, down to this."""
TRY_S = 1.5
_TAKEN_S = 0.2
_POLL_S = 0.02
_SLOWER = 1.5


class Lookout:
    """The side of whoever plays: what the process saw last, read without waiting; it ends with this one."""

    def __init__(self, wanted: str) -> None:
        self.back = False
        self.default = ""
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"{STAND_BACK}from {__name__} import look; look({wanted!a})"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
        self._thread = threading.Thread(target=self._read, name="variophone-lookout", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no longer."""
        self._process.kill()

    def _read(self) -> None:
        with self._process as process:
            for line in process.stdout or ():
                seen = json.loads(line)
                self.default, self.back = seen["default"], seen["back"]


def look(wanted: str) -> None:
    """Be the process: look until the other side is gone."""
    from .devices import PortAudio, list_devices

    end_with_input()
    pause_s = LOOK_S
    while True:
        time.sleep(pause_s)
        PortAudio().renew()
        devices = list_devices()
        missed = next((device for device in devices if device.name == wanted), None)
        back = missed is not None and takes_sound(missed)
        pause_s = min(pause_s * _SLOWER, LONGEST_S) if missed else LOOK_S
        default = next((device.name for device in devices if device.is_default), "")
        print(json.dumps({"default": default, "back": back}), flush=True)


def takes_sound(device: Device) -> bool:
    """Whether a device goes on asking for sound once its buffer is full."""
    from .devices import portaudio

    sounddevice = portaudio()
    with contextlib.suppress(sounddevice.PortAudioError, ValueError):
        return _takes(sounddevice, device)
    return False


def _takes(sounddevice: ModuleType, device: Device) -> bool:
    taken = 0

    def silence(out: Any, frames: int, _time: Any, _status: Any) -> None:
        nonlocal taken
        out[:] = bytes(len(out))
        taken += frames

    stream = sounddevice.RawOutputStream(device=device.index, channels=1, dtype="int16", latency=0.1, callback=silence)
    try:
        enough = (stream.latency + _TAKEN_S) * stream.samplerate
        stream.start()
        until = time.monotonic() + TRY_S
        while taken < enough and time.monotonic() < until:
            time.sleep(_POLL_S)
        return bool(taken >= enough)
    finally:
        stream.abort()
        stream.close()
