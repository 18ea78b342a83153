"""What can be chosen about the views, once: the toolbar's menus and the View menu are made of it."""

from __future__ import annotations

from dataclasses import dataclass

from ..words import mark, tr
from .settings import CEILINGS_DB, COLOURS, FLOORS_DB, OVERLAPS, SCALES, WAVE_SCALES, WINDOWS, db_choice


@dataclass(frozen=True)
class Choice:
    """A value of a setting, and its words."""

    value: object
    words: str


@dataclass(frozen=True)
class Group:
    """All values of one setting (a field of `ViewSettings`); `title` and `hint` are shown through `tr`."""

    setting: str
    title: str
    hint: str

    def choices(self) -> list[Choice]:
        """The values in the user's language."""
        return [Choice(value, words) for value, words in _choices(self.setting)]


GROUPS = (
    Group("scale", mark("Frequency scale"), mark("How frequencies are spread over the height of a spectrogram")),
    Group("window", mark("Window"), mark("How many frames each column of a spectrogram looks at")),
    Group("overlap", mark("Hop"), mark("How far one window of a spectrogram lies from the next")),
    Group("floor_db", mark("Darkest below"), mark("The level under which a spectrogram is dark")),
    Group("ceiling_db", mark("Brightest from"), mark("The level from which a spectrogram is brightest")),
    Group("colours", mark("Colours"), mark("The colours of a spectrogram, from quiet to loud")),
    Group("wave", mark("Waveforms"), mark("How high the waveforms are drawn")),
)


def group(setting: str) -> Group:
    """The group of a setting."""
    return next(each for each in GROUPS if each.setting == setting)


def _choices(setting: str) -> list[tuple[object, str]]:
    if setting == "window":
        return [(size, tr("{count} frames", count=size)) for size in WINDOWS]
    if setting == "overlap":
        return [(share, tr("1/{share} of the window", share=share)) for share in OVERLAPS]
    if setting in ("floor_db", "ceiling_db"):
        return [(level, db_choice(level)) for level in (FLOORS_DB if setting == "floor_db" else CEILINGS_DB)]
    named = {"scale": SCALES, "colours": COLOURS, "wave": WAVE_SCALES}[setting]
    return [(value, tr(words)) for value, words in named]
