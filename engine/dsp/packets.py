"""Packets that are lost in bursts, and what a receiver plays instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Key

Concealment = Literal["silence", "packet", "pitch"]

FULL_MS, FADED_MS = 10.0, 60.0
"""What is played instead is as loud as the last packet for 10 ms and gone after 60 ms (G.711, Appendix I)."""
RETURN_MS = 5.0
"""So long it is faded over to the first packet that comes again."""
SHORTEST_PITCH_MS, LONGEST_PITCH_MS = 5.0, 15.0
COMPARED_MS = 20.0
"""So much sound is compared with itself to find its pitch."""


class Losses:
    """Which packets are lost, by Gilbert's chain of two states; packet numbers count from the clip's beginning.

    One number is drawn for each packet. It loses the packet, or saves it, or leaves it to what became of the packet
    before; so a packet's fate can be found from any place by looking back a few packets.
    """

    def __init__(self, key: Key, share: float, burst: float) -> None:
        self._key = key
        self._share = share
        mean = max(burst, 1 / (1 - share))
        self._stays = 1 - 1 / mean
        self._falls = share / mean / (1 - share)
        self._known: tuple[int, bool] = (-1, False)

    def lost(self, packet: int) -> bool:
        """Whether this packet is lost."""
        number, fate = self._known
        if number == packet:
            return fate
        fate = self._fate(packet)
        self._known = packet, fate
        return fate

    def _fate(self, packet: int) -> bool:
        while packet > 0 and packet - 1 != self._known[0]:
            drawn = self._key.uniform("packet", packet)
            if drawn < self._falls:
                return True
            if drawn >= self._stays:
                return False
            packet -= 1
        if packet == 0:
            return self._key.uniform("packet", 0) < self._share
        return self._key.uniform("packet", packet) < (self._stays if self._known[1] else self._falls)


class PacketLine:
    """A line that loses packets, and the receiver's concealment; all channels are in the same packets."""

    latency = 0

    def __init__(self, losses: Losses, concealment: Concealment, packet: int, rate: int, channels: int) -> None:
        self._losses = losses
        self._concealment = concealment
        self._packet = packet
        self._rate = rate
        self._channels = channels
        self._return = max(_frames(RETURN_MS, rate), 1)
        self._longest = max(packet, _frames(COMPARED_MS + LONGEST_PITCH_MS, rate))
        self.tail = 0
        self.reset()

    def reset(self, frame: int = 0) -> None:
        """Go on at a frame of the clip, with no sound to play again."""
        self._frame = frame
        self._past = np.zeros((self._channels, self._longest), np.float32)
        self._loops: list[Samples] = []
        self._since_loss = 0
        self._since_return = self._return

    def rings_until(self, frames: int) -> int:
        """Until which frame something can be heard of a clip of so many frames."""
        if self._concealment == "silence":
            return frames
        end, number = frames, max(frames // self._packet - 1, 0)
        while number * self._packet < end + self._longest:
            if self._losses.lost(number):
                gone = self._first_of(number) * self._packet + _frames(FADED_MS, self._rate)
                end = max(end, min((number + 1) * self._packet + self._return, gone))
            number += 1
        return end

    def _first_of(self, packet: int) -> int:
        while packet > 0 and self._losses.lost(packet - 1):
            packet -= 1
        return packet

    def process(self, block: Samples) -> Samples:
        """Give as many frames as came in."""
        out = np.empty_like(block)
        done = 0
        while done < block.shape[1]:
            packet, inside = divmod(self._frame, self._packet)
            piece = block[:, done : done + self._packet - inside]
            made = self._lost(piece, inside) if self._losses.lost(packet) else self._came(piece, inside)
            out[:, done : done + piece.shape[1]] = made
            self._past = np.concatenate((self._past, made), axis=1)[:, -self._longest :]
            self._frame += piece.shape[1]
            done += piece.shape[1]
        return out

    def _lost(self, piece: Samples, inside: int) -> Samples:
        if self._concealment == "silence":
            return np.zeros_like(piece)
        if inside == 0 and not self._goes_on():
            self._loops = self._loops_of_the_past()
            self._since_loss = 0
        self._since_return = 0
        return self._instead(piece.shape[1])

    def _goes_on(self) -> bool:
        first = self._frame // self._packet
        return first > 0 and bool(self._loops) and self._losses.lost(first - 1)

    def _came(self, piece: Samples, inside: int) -> Samples:
        left = self._return - self._since_return
        if left <= 0 or not self._loops:
            return piece
        made = piece.copy()
        count = min(left, piece.shape[1])
        comes = ((self._since_return + np.arange(count) + 0.5) / self._return).astype(np.float32)
        made[:, :count] = piece[:, :count] * comes + self._instead(count) * (1 - comes)
        self._since_return += count
        return made

    def _instead(self, count: int) -> Samples:
        """The loops from where they stand, as loud as they still are."""
        if not self._loops:
            return np.zeros((self._channels, count), np.float32)
        places = self._since_loss + np.arange(count)
        self._since_loss += count
        full, faded = FULL_MS * self._rate / 1000, FADED_MS * self._rate / 1000
        gain = np.clip((faded - places) / (faded - full), 0, 1).astype(np.float32)
        played: Samples = np.stack([loop[places % loop.size] for loop in self._loops]) * gain
        return played

    def _loops_of_the_past(self) -> list[Samples]:
        if self._concealment == "packet":
            return list(self._past[:, -self._packet :])
        return [row[-self._pitch(row) :] for row in self._past]

    def _pitch(self, past: Samples) -> int:
        """After how many frames the end of the past is most like itself."""
        shortest, longest = (max(_frames(ms, self._rate), 1) for ms in (SHORTEST_PITCH_MS, LONGEST_PITCH_MS))
        late = past[-_frames(COMPARED_MS, self._rate) :].astype(np.float64)
        early = past[-late.size - longest :].astype(np.float64)
        longest = early.size - late.size
        alike = np.correlate(early, late, "valid")[: longest - shortest + 1]
        energy = np.concatenate(([0.0], np.cumsum(early**2)))
        power = (energy[late.size :] - energy[: -late.size])[: longest - shortest + 1]
        return longest - int(np.argmax(alike / np.sqrt(power + 1e-9)))


def _frames(ms: float, rate: int) -> int:
    return round(ms * rate / 1000)
