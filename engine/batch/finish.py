"""From a rendered take to the samples of a file: length, headroom, and what the file is said to hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..files.encode import EncodeError, Encoding

if TYPE_CHECKING:
    from ..clip import Samples

CHANNELS = ("keep", "mono", "stereo")
TAILS = ("cut", "keep")
GUARDS = ("scale", "limit", "none")
LIMIT_WINDOW_S = 0.005
DURATION_MAX_S = 24 * 3600.0
RATE_LIMITS_HZ = (1000, 768_000)
RATE_ALL_HOLD_HZ = 8000


@dataclass(frozen=True)
class Finish:
    """How outputs are made beyond the chain; `sample_rate` and `duration_s` None keep what there is."""

    encoding: Encoding = field(default_factory=lambda: Encoding("wav", "16"))
    sample_rate: int | None = None
    channels: str = "keep"
    duration_s: float | None = None
    tail: str = "cut"
    guard: str = "scale"

    def check(self) -> None:
        """Raise `EncodeError` for what no output could have."""
        for name, value, allowed in (
            ("channels", self.channels, CHANNELS), ("tail", self.tail, TAILS), ("guard", self.guard, GUARDS),
        ):  # fmt: skip
            if value not in allowed:
                raise EncodeError(f"{name} must be one of {', '.join(allowed)}, not {value}")
        if self.duration_s is not None and not 0 < self.duration_s <= DURATION_MAX_S:
            raise EncodeError(f"the duration must be more than 0 and at most 24 hours, not {self.duration_s:g} s")
        if self.sample_rate is not None:
            low, high = RATE_LIMITS_HZ
            if not low <= self.sample_rate <= high:
                raise EncodeError(f"the sample rate must be from {low:,} to {high:,} Hz, not {self.sample_rate:,}")
        self.encoding.check(self.sample_rate or RATE_ALL_HOLD_HZ, 2 if self.channels == "stereo" else 1)

    def to_data(self) -> dict[str, Any]:
        """As plain data for a manifest."""
        return {
            "format": self.encoding.format, "bits": self.encoding.bits, "sample_rate": self.sample_rate,
            "channels": self.channels, "duration_s": self.duration_s, "tail": self.tail, "guard": self.guard,
        }  # fmt: skip

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Finish:
        """Read what `to_data` wrote; raises KeyError or `EncodeError`."""
        names = ("sample_rate", "channels", "duration_s", "tail", "guard")
        finish = cls(Encoding(data["format"], data["bits"]), **{name: data[name] for name in names})
        finish.check()
        return finish

    def fitted(self, samples: Samples, sample_rate: int) -> Samples:
        """Cut or padded with silence at the end to the asked duration."""
        if self.duration_s is None:
            return samples
        frames = max(round(self.duration_s * sample_rate), 1)
        short = frames - samples.shape[1]
        return np.pad(samples, ((0, 0), (0, short))) if short > 0 else samples[:, :frames]

    def guarded(self, samples: Samples, sample_rate: int) -> tuple[Samples, float]:
        """Kept within what the format holds; gives also by how many dB the whole was scaled (0 if not)."""
        top = self._top()
        highest, lowest = float(samples.max()), float(samples.min())
        if top is None or (highest <= top and lowest >= -1.0):
            return samples, 0.0
        if self.guard == "limit":
            return turned_down(samples, sample_rate, top), 0.0
        if self.guard == "none":
            return np.clip(samples, -1.0, top, dtype=np.float32), 0.0
        gain = min(top / max(highest, top), 1.0 / max(-lowest, 1.0))
        scaled = np.clip(samples * np.float32(gain), -1.0, top, dtype=np.float32)
        return scaled, round(20 * math.log10(gain), 4)

    def as_written(self, samples: Samples) -> Samples:
        """The samples as the file will hold them: on the steps of its bits, where it has steps."""
        bits = self._bits()
        return samples if bits is None else np.rint(samples * np.float32(2 ** (bits - 1)))

    def _bits(self) -> int | None:
        lossless = self.encoding.format in ("wav", "flac")
        return int(self.encoding.bits) if lossless and self.encoding.bits != "32f" else None

    def _top(self) -> float | None:
        """The highest sample that the format holds; None where it holds any."""
        if self.encoding.format == "wav" and self.encoding.bits == "32f":
            return None
        bits = self._bits()
        return 1.0 if bits is None else 1.0 - 2.0 ** (1 - bits)


def turned_down(samples: Samples, sample_rate: int, ceiling: float) -> Samples:
    """Turned down around every peak above the ceiling, on all channels alike; nothing is above it afterwards.

    The gain that each frame needs is held for a window on both sides and then averaged over the same window: each
    average takes in only gains that are low enough for its frame, so the ceiling holds without a release to tune.
    """
    reach = max(round(LIMIT_WINDOW_S * sample_rate), 1)
    needed = ceiling / np.maximum(np.abs(samples).max(axis=0).astype(np.float64), ceiling)
    held = _sliding_minimum(np.pad(needed, 2 * reach, constant_values=1.0), 2 * reach + 1)
    sums = np.cumsum(np.pad(held, (1, 0)))
    gain = (sums[2 * reach + 1 :] - sums[: -2 * reach - 1]) / (2 * reach + 1)
    limited: Samples = np.clip(samples * gain.astype(np.float32), -ceiling, ceiling, dtype=np.float32)
    return limited


def _sliding_minimum(values: Any, width: int) -> Any:
    """The minimum of every window of that width, by doubling: log2(width) passes."""
    step = 1
    while 2 * step <= width:
        values = np.minimum(values[:-step], values[step:])
        step *= 2
    rest = width - step
    return np.minimum(values[:-rest], values[rest:]) if rest else values
