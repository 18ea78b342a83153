"""Which stretch of time a picture shows, cut into columns of equal width."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Columns:
    """`count` columns of `step_s` seconds each, the first beginning at `start_s`."""

    start_s: float
    step_s: float
    count: int

    @property
    def end_s(self) -> float:
        """Where the last column ends, in seconds."""
        return self.start_s + self.step_s * self.count
