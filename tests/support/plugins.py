"""Plugins that misbehave as they are told by their file's text, in place of real ones; loaded by the child as `LOADER`.

And the real ones of Debian's package zam-plugins, where they are installed.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.plugins.described import Described
from engine.plugins.stream import QUANTUM

LOADER = __name__
ZAM = Path("/usr/lib/vst3")


def zam(name: str) -> str:
    """The path of a real plugin; the test is skipped where it is not installed."""
    import pytest  # not in a plugin's process, which starts from this module too

    path = ZAM / f"{name}.vst3"
    if not path.exists():
        pytest.skip(f"{path} is not here: it comes with Debian's package zam-plugins")
    return str(path)


def write_plugin(folder: Path, name: str, behaviour: str = "gain") -> str:
    """A file that the stand-in loader takes for a plugin of that behaviour; gives its path."""
    path = folder / f"{name}.vst3"
    path.write_text(behaviour)
    return str(path)


def names_in(path: str, kind: str) -> list[str]:
    if Path(path).read_text() == "no plugin":
        raise ImportError("unsupported plugin format or scan failure")
    return [Path(path).stem]


def direct(described: Described, values: dict[str, Any], sound: NDArray[np.float32], state: bytes = b"") -> Any:
    """What pedalboard alone gives, in blocks as long as those of a hosted plugin.

    To be called in a process of its own: many plugins have their whole process round the smallest numbers to 0.
    """
    import pedalboard

    plugin = pedalboard.load_plugin(described.path)
    if state:
        plugin.raw_state = state
    for one in described.parameters:
        setattr(plugin, one.own, values.get(one.name, one.default))
    plugin.reset()
    short = -(sound.shape[1] + described.latency_frames) % QUANTUM
    padded = np.pad(sound, ((0, 0), (0, described.latency_frames + short)))
    pieces = np.split(padded, padded.shape[1] // QUANTUM, axis=1)
    given = [plugin.process(np.ascontiguousarray(piece), 48000, buffer_size=QUANTUM, reset=False) for piece in pieces]
    return np.concatenate(given, axis=1)[:, : sound.shape[1]]


def state_of(described: Described, values: dict[str, Any]) -> bytes:
    """The state of a plugin with these values, from pedalboard alone; in a process of its own as well."""
    import pedalboard

    plugin = pedalboard.load_plugin(described.path)
    for name, value in values.items():
        setattr(plugin, name, value)
    return bytes(plugin.raw_state)


def load(path: str, name: str, kind: str) -> StandIn:
    behaviour = "gain" if Path(path).with_suffix(".mended").exists() else Path(path).read_text()
    if behaviour == "crash at loading":
        os.abort()
    if behaviour == "hang at loading":
        time.sleep(60)
    return StandIn(name, behaviour)


@dataclass
class _Parameter:
    """A gain as pedalboard shows a parameter."""

    name: str = "Gain"
    units: str = "dB"
    type: type = float
    valid_values: tuple[float, ...] = tuple(np.linspace(-60.0, 12.0, 1001))
    min_value: float = -60.0
    max_value: float = 12.0
    is_automatable: bool = True


@dataclass
class StandIn:
    """Doubles what comes in, until it is time to misbehave: at the second second of its life as a stream."""

    name: str
    behaviour: str
    manufacturer_name: str = "Nobody"
    version: str = "1.0"
    reported_latency_samples: int = 0
    raw_state: bytes = b""
    gain_db: float = 6.0
    seen: int = 0
    parameters: dict[str, Any] = field(default_factory=lambda: {"gain_db": _Parameter()})

    @property
    def is_effect(self) -> bool:
        return self.behaviour != "instrument"

    def reset(self) -> None:
        self.seen = 0

    def process(
        self, block: NDArray[np.float32], sample_rate: float, buffer_size: int = 512, reset: bool = True
    ) -> NDArray[np.float32]:
        self.seen += block.shape[1]
        out = (block * 10 ** (self.gain_db / 20)).astype(np.float32)
        return self._spoilt(out) if self.seen > sample_rate else out

    def _spoilt(self, out: NDArray[np.float32]) -> NDArray[np.float32]:
        if self.behaviour == "crash":
            os.abort()
        if self.behaviour == "hang":
            time.sleep(60)
        if self.behaviour == "nan":
            return np.full_like(out, np.nan)
        if self.behaviour == "silence":
            return np.zeros_like(out)
        return out[:, : out.shape[1] // 2] if self.behaviour == "too few" else out
