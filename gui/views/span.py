"""The stretch of time in view."""

from __future__ import annotations

from dataclasses import dataclass

SHORTEST_S = 0.002


@dataclass(frozen=True)
class Span:
    """From `start_s` to `end_s`; every change stays within the sound and is never shorter than 2 ms."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """How much time is in view, in seconds."""
        return self.end_s - self.start_s

    def holds(self, at_s: float) -> bool:
        """Whether a time is in view."""
        return self.start_s <= at_s <= self.end_s

    def zoomed(self, factor: float, at_s: float, duration_s: float) -> Span:
        """Shows `factor` times as much, with `at_s` staying where it is."""
        length = min(max(self.length_s * factor, SHORTEST_S), max(duration_s, SHORTEST_S))
        share = (at_s - self.start_s) / self.length_s
        return Span(at_s - share * length, at_s + (1 - share) * length).within(duration_s)

    def moved_to(self, start_s: float, duration_s: float) -> Span:
        """The same length from another time on."""
        return Span(start_s, start_s + self.length_s).within(duration_s)

    def within(self, duration_s: float) -> Span:
        """Pushed, and if need be cut, to lie within the sound."""
        length = min(self.length_s, max(duration_s, SHORTEST_S))
        start = max(0.0, min(self.start_s, duration_s - length))
        return Span(start, start + length)
