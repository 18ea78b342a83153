"""What the views say about the sounds in words: names, facts, and what stands where there is no picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..words import sentence, tr, trn
from .marks import State
from .ticks import grouped, time_words

if TYPE_CHECKING:
    from .side import Side


def names(original: Side, take: Side) -> dict[str, list[tuple[str, str]]]:
    """For the lanes of each side the names in them, and whose colour each has."""
    named = {side.name: [(_name(side), side.name)] if side.label and side.track else [] for side in (original, take)}
    return {**named, "difference": [*named["original"], *named["take"]]}


def _name(side: Side) -> str:
    clipped = side.clipped_samples
    words = [side.label]
    if side.slow and side.share:
        words.append(f"{side.share:.0%}")
    if clipped:
        words.append(trn("1 clipped sample", "{samples} clipped samples", clipped, samples=grouped(clipped)))
    return " · ".join(words)


def state(side: Side) -> State | None:
    """What stands where a side's spectrogram will be; None where there is one."""
    if side.error:
        return State("warning-circle", tr("This take cannot be made"), sentence(side.error), wrong=True)
    if side.spectrogram is not None:
        return None
    if side.track is not None:
        return State("hourglass-medium", tr("drawing …"))
    return State("hourglass-medium", tr("rendering the take …")) if side.name == "take" else None


def facts(original: Side, take: Side, duration_s: float) -> str:
    """The rate, channels and length of what is in view."""
    track = original.track or take.track
    if track is None:
        return ""
    named = {1: tr("mono"), 2: tr("stereo")}
    channels = named.get(track.channels) or trn("1 channel", "{count} channels", track.channels)
    length = time_words(duration_s) if duration_s >= 60 else tr("{seconds} s", seconds=f"{duration_s:.3f}")
    return tr("{rate} kHz · {channels} · {length}", rate=f"{track.sample_rate / 1000:g}", channels=channels,
              length=length)  # fmt: skip
