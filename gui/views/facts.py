"""What the views say about the sounds in words: names, and what stands where there is no picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..numbers import grouped, time_words
from ..words import sentence, tr, trn
from .marks import State

if TYPE_CHECKING:
    from .side import Side


def names(original: Side, take: Side) -> dict[str, list[tuple[str, str]]]:
    """For the lanes of each side the names in them, and whose colour each has."""
    facts = {"original": format_words(original), "take": length_words(original, take)}
    named = {
        side.name: [(_name(side, facts[side.name]), side.name)] if side.label and side.track else []
        for side in (original, take)
    }
    return {**named, "difference": [*named["original"], *named["take"]]}


def _name(side: Side, fact: str) -> str:
    clipped = side.clipped_samples
    words = [side.label, *([fact] if fact else [])]
    if side.slow and (side.share or side.name == "take"):
        words.append(f"{side.share:.0%}" if side.share else tr("rendering …"))
    if clipped:
        words.append(trn("1 clipped sample", "{samples} clipped samples", clipped, samples=grouped(clipped)))
    return " · ".join(words)


def format_words(side: Side) -> str:
    """The rate and the channels of a sound."""
    if side.track is None:
        return ""
    named = {1: tr("mono"), 2: tr("stereo")}
    channels = named.get(side.track.channels) or trn("1 channel", "{count} channels", side.track.channels)
    return tr("{rate} kHz · {channels}", rate=f"{side.track.sample_rate / 1000:g}", channels=channels)


def length_words(original: Side, take: Side) -> str:
    """How long the take is, where that is not as long as the original."""
    if take.growing or round(take.duration_s, 3) == round(original.duration_s, 3):
        return ""
    return time_words(take.duration_s) if take.duration_s >= 60 else tr("{seconds} s", seconds=f"{take.duration_s:.3f}")


def state(side: Side) -> State | None:
    """What stands where a side's spectrogram will be; None where there is one."""
    if side.error:
        return State("warning-circle", tr("This take cannot be made"), sentence(side.error), wrong=True)
    if side.spectrogram is not None:
        return None
    if side.name == "take" and not side.share:
        return State("hourglass-medium", tr("rendering the take …"))
    return State("hourglass-medium", tr("drawing …")) if side.track is not None else None


def opening(name: str) -> State:
    """What stands in place of everything while another recording is being read."""
    return State("hourglass-medium", tr("opening {name} …", name=name))
