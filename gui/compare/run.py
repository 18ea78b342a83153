"""A blind test that runs: what is played for A, B and X, and the answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from engine.listening import BlindTest, Which
from engine.playback.messages import Sound

from ..audition import ORIGINAL, Audition
from ..words import tr

Heard: TypeAlias = Literal["a", "b", "x"]


@dataclass(frozen=True)
class Pair:
    """What is compared: two of the original and the chains, by name."""

    first: str
    second: str

    def words(self, which: Which) -> str:
        """What one of them is called."""
        what = self.first if which == "a" else self.second
        return tr("the original") if what == ORIGINAL else tr("chain {letter}", letter=what)


class Run:
    """Plays both sounds and X, each taken up in the same way; nothing else in the window knows which one it is."""

    def __init__(self, audition: Audition, pair: Pair, test: BlindTest) -> None:
        self._audition = audition
        self.pair, self.test = pair, test
        self.heard: Heard = "a"
        self._before = sounds(audition, pair)
        gains = audition.loudness.gains((pair.first, pair.second))
        self._sounds = {
            which: replace(sound, gain_db=gains[name])
            for which, name, sound in zip(("a", "b"), (pair.first, pair.second), self._before, strict=True)
            if sound is not None
        }

    def begin(self) -> None:
        """Hide what is heard from the window, and play."""
        self._audition.veil()
        self.hear("a")

    def end(self) -> None:
        """Play on what was heard before."""
        self._audition.unveil()

    @property
    def is_true(self) -> bool:
        """Whether both sounds are still what they were when it began."""
        return sounds(self._audition, self.pair) == self._before

    def hear(self, what: Heard) -> None:
        """Play A, B or X, in the same place."""
        self.heard = what
        self._audition.play_veiled(self._sounds[self.test.x if what == "x" else what])

    def answer(self, says: Which) -> None:
        """Answer this trial; the next begins with A, so that what X was is not heard in how it goes on."""
        self.test.answer(says)
        if not self.test.done:
            self.hear("a")


def sounds(audition: Audition, pair: Pair) -> tuple[Sound | None, Sound | None]:
    """Both sounds, as far as they are complete."""
    return audition.sound_of(pair.first), audition.sound_of(pair.second)
