"""Loudness after ITU-R BS.1770-4: K-weighting at any sample rate; gated for a clip, sliding for a stream.

The weighting's analogue prototypes are those of the standard's 48 kHz coefficients (De Man 2014, as in libebur128),
so that it is right at every rate. Blocks are counted as pyloudnorm counts them: a last block that is more than half
complete takes part, filled with silence.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .levels import CHUNK

if TYPE_CHECKING:
    from ..clip import Samples

HOP_S = 0.1
"""Blocks of four hops overlap by three quarters."""
MOMENTARY_HOPS = 4
SHORT_TERM_HOPS = 30
ABSOLUTE_GATE = -70.0
RELATIVE_GATE = -10.0
OFFSET = -0.691


def integrated_loudness(samples: Samples, sample_rate: int) -> float:
    """Loudness in LUFS of float32 (channels, frames); minus infinity for silence.

    A clip under 400 ms is measured as one block without gates. Up to five channels are taken as left, right, centre
    and surrounds, six as 5.1 with its low-frequency channel left out, more as equals.
    """
    frames = samples.shape[1]
    blocks = round((frames / sample_rate - 4 * HOP_S) / HOP_S) + 1
    weights = _channel_weights(samples.shape[0])
    if frames < 4 * HOP_S * sample_rate:
        energy = _hop_energy(samples, sample_rate, np.array([0, frames]))
        return _loudness(float(weights @ energy[:, 0]) / max(frames, 1))
    edges = np.array([int(HOP_S * hop * sample_rate) for hop in range(blocks + 4)])
    hops = weights @ _hop_energy(samples, sample_rate, np.minimum(edges, frames))
    power = np.convolve(hops, np.ones(4), "valid") / (4 * HOP_S * sample_rate)
    return _gated(power)


class LoudnessMeter:
    """Loudness of a stream that goes on, ungated, over the last 400 ms and the last 3 s; it moves every 100 ms."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._hop = round(HOP_S * sample_rate)
        self._weights = _channel_weights(channels)
        self._sos = k_weighting(sample_rate)
        self._state = np.zeros((len(self._sos), channels, 2))
        self._powers: deque[float] = deque([0.0] * SHORT_TERM_HOPS, SHORT_TERM_HOPS)
        self._energy = 0.0
        self._frames = 0

    def feed(self, block: Samples) -> None:
        """Listen to the next (channels, n)."""
        while block.shape[1]:
            part, block = block[:, : self._hop - self._frames], block[:, self._hop - self._frames :]
            self._energy += self._weighted_energy(part)
            self._frames += part.shape[1]
            if self._frames == self._hop:
                self._powers.append(self._energy / self._hop)
                self._energy, self._frames = 0.0, 0

    @property
    def momentary(self) -> float:
        """LUFS over the last 400 ms, minus infinity in silence."""
        return _loudness(sum(list(self._powers)[-MOMENTARY_HOPS:]) / MOMENTARY_HOPS)

    @property
    def short_term(self) -> float:
        """LUFS over the last 3 s, minus infinity in silence."""
        return _loudness(sum(self._powers) / SHORT_TERM_HOPS)

    def _weighted_energy(self, block: Samples) -> float:
        if not block.any() and not self._state.any():
            return 0.0
        from .kernels import cascaded

        weighted = cascaded(block, self._sos, self._state)
        return float(self._weights @ np.square(weighted, dtype=np.float64).sum(axis=1))


def _channel_weights(channels: int) -> NDArray[np.float64]:
    if channels == 6:
        return np.array([1, 1, 1, 0, 1.41, 1.41])
    return np.array([1, 1, 1, 1.41, 1.41])[:channels] if channels <= 5 else np.ones(channels)


def _hop_energy(samples: Samples, sample_rate: int, edges: NDArray[np.int64]) -> NDArray[np.float64]:
    """The K-weighted sum of squares between consecutive edges, (channels, hops)."""
    from .kernels import filtered_energy

    sos = k_weighting(sample_rate)
    energy = np.zeros((samples.shape[0], len(edges) - 1))
    state = np.zeros((len(sos), samples.shape[0], 2))
    for start in range(0, int(edges[-1]), CHUNK):
        energy += filtered_energy(samples[:, start : min(start + CHUNK, int(edges[-1]))], start, sos, state, edges)
    return energy


def _gated(power: NDArray[np.float64]) -> float:
    loud = power[power >= _power(ABSOLUTE_GATE)]
    if loud.size == 0:
        return -math.inf
    relative = float(loud.mean()) * 10 ** (RELATIVE_GATE / 10)
    return _loudness(float(loud[loud > relative].mean()))


def _loudness(power: float) -> float:
    return OFFSET + 10 * math.log10(power) if power > 0 else -math.inf


def _power(loudness: float) -> float:
    return float(10 ** ((loudness - OFFSET) / 10))


def k_weighting(sample_rate: int) -> NDArray[np.float64]:
    """The K-weighting filter as second-order sections: a shelf for the head, then a high-pass."""
    k = math.tan(math.pi * 1681.974450955533 / sample_rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    shelf = [
        (high + band * k / q + k * k) / a0, 2 * (k * k - high) / a0, (high - band * k / q + k * k) / a0,
        1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0,
    ]  # fmt: skip
    low, a0 = _low_end(sample_rate)
    passed = _low_end(48000)[1] / a0
    return np.array([shelf, [passed, -2 * passed, passed, *low]])


def _low_end(sample_rate: int) -> tuple[list[float], float]:
    """The high-pass's denominator, and what it was divided by: the standard leaves that in at 48 kHz."""
    k, q = math.tan(math.pi * 38.13547087602444 / sample_rate), 0.5003270373238773
    a0 = 1 + k / q + k * k
    return [1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0], a0
