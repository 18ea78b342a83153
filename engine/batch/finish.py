"""From a rendered take to the samples of a file: length, what the format holds, and what the file is said to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..files.encode import EncodeError, Encoding

if TYPE_CHECKING:
    from ..clip import Samples

CHANNELS = ("keep", "mono", "stereo")
TAILS = ("cut", "keep")
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

    def check(self) -> None:
        """Raise `EncodeError` for what no output could have."""
        for name, value, allowed in (("channels", self.channels, CHANNELS), ("tail", self.tail, TAILS)):
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
            "channels": self.channels, "duration_s": self.duration_s, "tail": self.tail,
        }  # fmt: skip

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Finish:
        """Read what `to_data` wrote; raises KeyError or `EncodeError`."""
        names = ("sample_rate", "channels", "duration_s", "tail")
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

    def clipped(self, samples: Samples) -> tuple[Samples, int]:
        """Cut off where the format ends; gives also how many samples were beyond full scale, on all channels.

        Full scale itself is the highest step of an integer format, as everywhere, and counts as held.
        """
        top = self._top()
        if top is None or (float(samples.max()) <= top and float(samples.min()) >= -1.0):
            return samples, 0
        beyond = int(np.count_nonzero(samples > 1.0) + np.count_nonzero(samples < -1.0))
        return np.clip(samples, -1.0, top, dtype=np.float32), beyond

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
