"""Channels among each other: their order, their places, and which of them sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..dsp.mixing import mixer, pan_matrix, width_matrix
from ..dsp.pointwise import Pointwise
from ..params import choice, number
from ..transform import Processor, Streaming, StreamSpec

if TYPE_CHECKING:
    from ..draws import Draw, Key


class ChannelSwap(Streaming):
    """Puts the channels in another order: left becomes right.

    Pairs swaps the first with the second, the third with the fourth and so on, where a last one without a partner
    stays; reversed puts the last one first; drawn takes any order, all equally likely, the clip's own among them.
    Mono stays as it is.
    """

    also_called = (
        "InvertChannels",
        "ShuffleChannels",
        "swap",
        "swap channels",
        "ChannelShuffle",
        "remix",
        "channelmap",
    )
    across_channels = True  # a channel's sound is another's

    order: str = choice("pairs", ("pairs", "reversed", "drawn"), help="Which channel takes which one's place.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Take the channels in their new order."""
        places = self._places(spec.channels, draw.key)
        return Pointwise(lambda block: block[places])

    def _places(self, channels: int, key: Key) -> list[int]:
        """Which channel comes first, second and so on."""
        if self.order == "pairs":
            return [min(place ^ 1, channels - 1) for place in range(channels)]
        if self.order == "reversed":
            return list(range(channels))[::-1]
        return _drawn_order(channels, key)


class ChannelDropout(Streaming):
    """Silences drawn channels, as a broken cable does; at least one goes on.

    Every channel is equally likely. Mono stays as it is.
    """

    also_called = ("ChannelDrop", "drop channel", "mute channel", "microphone failure")
    across_channels = True  # what becomes of a channel depends on its place

    count: int = number(1, 1, 64, typical=(1, 2), integer=True, help="How many channels are silenced.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Multiply each channel by 0 or 1."""
        silenced = _drawn_order(spec.channels, draw.key)[: min(self.count, spec.channels - 1)]
        gains = np.ones((spec.channels, 1), np.float32)
        gains[silenced] = 0
        return Pointwise(lambda block: block * gains)


class StereoWidth(Streaming):
    """Makes the stereo image narrower, down to mono on every channel, or wider.

    What the channels have in common stays (mid, their mean), and what each has beyond that (side) is multiplied; with
    more than two channels, mid is the mean of all. Mono stays as it is.
    """

    also_called = ("ToMono", "mid/side", "stereotools", "extrastereo", "image", "downmix", "spread")
    reference = "A. D. Blumlein, British Patent 394325, 1931: sum and difference"
    across_channels = True  # each channel is mixed with the others

    width_percent: float = number(
        50, 0, 200, "%", typical=(0, 150), help="0 is mono on all channels, 100 changes nothing, 200 is twice as wide."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """A mixing matrix."""
        return mixer(width_matrix(spec.channels, self.width_percent / 100))


class Pan(Streaming):
    """Moves the sound towards one side, with equal power.

    At the end both channels' sound comes from one side alone. With more than two channels each pair is panned (first
    and second, third and fourth), and a last one without a partner stays. Mono stays as it is.
    """

    also_called = ("balance", "panning", "StereoPannerNode", "stereopan")
    reference = "W3C, Web Audio API, StereoPannerNode: panning algorithm for stereo input"
    across_channels = True  # what leaves one channel comes to its partner

    position_percent: float = number(
        30, -100, 100, "%", typical=(-60, 60), help="Where to: -100 is left, 0 changes nothing, 100 is right."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """A mixing matrix."""
        return mixer(pan_matrix(spec.channels, self.position_percent / 100))


def _drawn_order(count: int, key: Key) -> list[int]:
    """A drawn order of so many things; a single one needs no draw."""
    return sorted(range(count), key=lambda index: key.uniform("order", index)) if count > 1 else [0]
