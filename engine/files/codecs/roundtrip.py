"""What every codec looks like to the stream that feeds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ...clip import Samples


class RoundTrip(Protocol):
    """One or two channels through an encoder and its decoder at one rate.

    What has come out lies where it lay in the input: the codec's delay is cut off. After n frames are in, at least
    n - `held` frames have come out, whatever the sound is. `rings_on` frames after the sound's end it has died away.
    """

    rate: int
    frame: int
    held: int
    rings_on: int

    def push(self, samples: Samples) -> Samples:
        """Code and decode float32 (channels, a multiple of `frame`); gives what has come out, any number of frames."""
        ...


class Straight:
    """No codec at all: what is left is the way to its rate and back."""

    frame = 1
    held = 0
    rings_on = 0

    def __init__(self, rate: int) -> None:
        self.rate = rate

    def push(self, samples: Samples) -> Samples:
        """Give back what came in."""
        return samples


class Cut:
    """Takes so many frames off the beginning of what comes out."""

    def __init__(self, frames: int) -> None:
        self._left = frames

    def off(self, samples: Samples) -> Samples:
        """The samples, less what is still to be cut."""
        cut = min(self._left, samples.shape[1])
        self._left -= cut
        return samples[:, cut:]
