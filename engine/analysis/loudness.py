"""How loud a whole track is, for a worker."""

from __future__ import annotations

from dataclasses import dataclass

from ..track import Track, TrackReader


@dataclass(frozen=True)
class LoudnessRequest:
    """Measure the integrated loudness of a track that is complete."""

    track: Track

    def run(self) -> float:
        """LUFS; minus infinity for silence, and of a clip under 400 ms as one block without gates."""
        from ..dsp.loudness import integrated_loudness

        return integrated_loudness(TrackReader(self.track).samples(), self.track.sample_rate)
