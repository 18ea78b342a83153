"""What works on this machine: each part is tried, not looked up."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ..lifetime import come_first, wait_in_line
from ..versions import cpu_class, ffmpeg, libraries

if TYPE_CHECKING:
    from ..batch.pool import WorkerDied
    from .sound import Devices


@dataclass(frozen=True)
class Finding:
    """One thing that was tried: what it is, whether it works, and what was found."""

    area: str
    ok: bool
    words: str


def examine() -> list[Finding]:
    """Try everything; a part that is broken is a finding, never an error."""
    areas: tuple[tuple[str, Callable[[], tuple[bool, str]]], ...] = (
        ("python", _python),
        ("processor", _processor),
        ("libraries", _libraries),
        ("reading and writing", _codecs),
        ("other formats", _more_codecs),
        ("lossy codecs", _lossy_codecs),
        ("front ends", _front_ends),
        ("sound", _sound),
        ("microphone", _microphone),
        ("real time", _real_time),
        ("plugins", _plugins),
        ("screen", _screen),
        ("GPU", _gpu),
        ("transforms", _transforms),
        ("presets", _presets),
    )
    return [_tried(area, attempt) for area, attempt in areas]


def _tried(area: str, attempt: Callable[[], tuple[bool, str]]) -> Finding:
    try:
        return Finding(area, *attempt())
    except Exception as error:
        return Finding(area, False, f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")


def _python() -> tuple[bool, str]:
    fits = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return fits, f"{platform.python_version()} on {platform.platform()}"


def _processor() -> tuple[bool, str]:
    return True, f"{os.cpu_count()} cores, {cpu_class()}"


def _libraries() -> tuple[bool, str]:
    return True, ", ".join(f"{name} {version}" for name, version in libraries().items())


def _codecs() -> tuple[bool, str]:
    """Write a short tone in every format and read it back."""
    import tempfile
    from pathlib import Path

    import numpy as np

    from ..files.decode import read
    from ..files.encode import Encoding, encode

    tone = np.sin(np.arange(8000, dtype=np.float32) / 10)[None, :] * np.float32(0.5)
    good: list[str] = []
    bad: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in ("wav", "flac", "ogg", "mp3"):
            encoding = Encoding(name, "16")
            path = Path(folder, f"tone{encoding.suffix}")
            try:
                encode(path, tone, 16000, encoding)
                (good if read(path).frames >= 8000 else bad).append(name)
            except Exception:
                bad.append(name)
    return not bad, f"{', '.join(good)}" + (f"; not {', '.join(bad)}" if bad else "")


def _more_codecs() -> tuple[bool, str]:
    from ..files.pyav import decoders

    wanted = ("aac", "alac", "wmav2", "opus", "mp3")
    there = decoders(wanted)
    return len(there) == len(wanted), f"PyAV reads {', '.join(there)} with FFmpeg {ffmpeg()}"


def _lossy_codecs() -> tuple[bool, str]:
    """Send a short tone through every codec that a transform has."""
    import numpy as np

    from ..draws import Draw, Key
    from ..render import run
    from ..transform import Streaming, StreamSpec, registered

    tone = np.sin(np.arange(8000, dtype=np.float32) / 10)[None, :] * np.float32(0.5)
    good: list[str] = []
    bad: list[str] = []
    for name, kind in registered().items():
        if kind.category not in ("codec", "telephone") or not issubclass(kind, Streaming):
            continue
        try:
            blocks = run([kind().processor(StreamSpec(16000, *tone.shape), Draw(Key.of("doctor")))], tone)
            (good if np.concatenate(list(blocks), axis=1).any() else bad).append(name)
        except Exception:
            bad.append(name)
    return not bad, ", ".join(good) + (f"; not {', '.join(bad)}" if bad else "")


def _front_ends() -> tuple[bool, str]:
    """The mel scale of the pictures beside that of the front ends of the field."""
    from importlib.metadata import version

    import librosa
    import numpy as np

    from ..analysis.scales import Frequencies

    theirs = librosa.mel_frequencies(n_mels=65, fmin=0, fmax=24_000)
    same = np.allclose(Frequencies.of("mel", 48_000).edges_hz(64), theirs)
    return same, f"librosa {version('librosa')}, whose mel scale is {'' if same else 'not '}that of the pictures"


def _sound() -> tuple[bool, str]:
    from . import sound

    found = _devices()
    if not isinstance(found, sound.Devices):
        return False, sound.CRASHED
    return bool(found.outputs), ", ".join(found.outputs) or sound.NO_DEVICE


def _microphone() -> tuple[bool, str]:
    from . import sound

    found = _devices()
    if not isinstance(found, sound.Devices):
        return False, sound.CRASHED
    return bool(found.inputs), ", ".join(found.inputs) or sound.NO_INPUT


@cache
def _devices() -> Devices | WorkerDied:
    """Asked for once."""
    from . import sound

    return sound.devices()


def _real_time() -> tuple[bool, str]:
    """Whether the process that plays goes before all others: without it, sound stutters where the machine is busy."""
    if not sys.platform.startswith("linux"):
        return True, "the sound system's own"
    if come_first():
        wait_in_line()
        return True, "the process that plays goes before all others"
    if (os.cpu_count() or 1) < 2:
        return False, "not asked for where there is one core alone"
    return False, "refused: sound may stutter while others work; raise your limit rtprio (`ulimit -r`) to 10 or more"


def _plugins() -> tuple[bool, str]:
    """Start the process that plugins run in, and count what the user's scans found."""
    from ..plugins.child import START_S, Child, ChildRefused
    from ..plugins.requests import Names
    from ..plugins.shelf import Shelf

    child = Child()
    try:
        child.ask(Names(os.devnull, "VST3"), START_S)
    except ChildRefused:  # as it should be: there is none in no file
        pass
    finally:
        child.close()
    contents = Shelf().contents
    if not contents.folders:
        return True, "they run; `plugins scan DIR` looks for some"
    unusable = f", {len(contents.unusable)} cannot be used" if contents.unusable else ""
    return True, f"they run; {len(contents.plugins)} found in {', '.join(contents.folders)}{unusable}"


def _screen() -> tuple[bool, str]:
    if sys.platform in ("win32", "darwin"):
        return True, "the system's"
    names = [f"{name}={os.environ[name]}" for name in ("WAYLAND_DISPLAY", "DISPLAY") if os.environ.get(name)]
    return bool(names), ", ".join(names) or "none; `make run` starts a virtual one"


def _gpu() -> tuple[bool, str]:
    from ..compute import report

    found = report()
    if found.error:
        return False, found.error
    names = f" ({', '.join(found.names)})" if found.names else ""
    return True, f"torch {found.torch} computes on {found.device}{names}"


def _transforms() -> tuple[bool, str]:
    from ..transform import registered

    return bool(registered()), f"{len(registered())}"


def _presets() -> tuple[bool, str]:
    from ..preset import load, shipped

    for name in shipped():
        load(name)
    return bool(shipped()), ", ".join(shipped())
