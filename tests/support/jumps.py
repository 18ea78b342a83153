"""Every jump that a parameter can make while a sine plays, through the feeder, and how much steeper it is than it may.

The measure is the largest step from one sample to the next. What a jump lies between, the *steady* step, is the larger
of what both settings give without a jump at the same place of the clip: played before and after, and rendered over the
very frames in which the jump falls. Noise, crackles and lost packets belong to the clip's time, so what is random is
the same there, and a transform that is steep by itself (bits, clipping, noise) is held beside its own steepness.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.banks import Banks
from engine.chain import Chain, Step, bank_of
from engine.clip import TimeMap
from engine.files.encode import Encoding, encode
from engine.params import Bank, Number, Param, Value
from engine.playback.builder import slots_of
from engine.playback.messages import Bridge, Follow, Play, Seek, Sound, Volume
from engine.playback.program import Program
from engine.playback.voice import LiveVoice
from engine.track import Track
from engine.transform import Streaming, Transform, registered
from tests.support.measures import tone
from tests.support.playing import RATE, Bench, sound_of

STREAMING = [kind for kind in registered().values() if issubclass(kind, Streaming)]
POWER = "power"
SECONDS = 20.0
SETTLED_S = 0.1
AROUND_S = 0.25
"""A jump is heard at most 50 ms after it was made, and its fade is over 15 ms later."""


@dataclass(frozen=True)
class Jump:
    """A parameter goes from one value to another; as power, the step is switched on or off."""

    kind: type[Transform]
    name: str
    before: Value
    after: Value

    @property
    def back(self) -> Jump:
        """The same the other way round."""
        return Jump(self.kind, self.name, self.after, self.before)


def jumps_of(kind: type[Transform]) -> Iterator[Jump]:
    """Between the typical ends of each number, between each two neighbouring choices, and on and off."""
    yield Jump(kind, POWER, False, True)
    for name, param in kind.params().items():
        values = _stations(param)
        yield from (Jump(kind, name, *pair) for pair in pairwise(values))


def _stations(param: Param) -> tuple[Value, ...]:
    if isinstance(param, Bank):
        return ()
    if isinstance(param, Number):
        return tuple(param.check_value(value) for value in param.typical)
    options: Any = getattr(param, "options", (False, True))
    return tuple(options)


class Player:
    """A sine that goes through one step, whose parameters jump."""

    def __init__(self, folder: Path, kind: type[Transform]) -> None:
        self._kind, self._folder, self._turns = kind, folder, 0
        name = kind.bank_param()
        self._banks = ((str(kind.params()[name].default), str(_bank(folder))),) if name else ()
        self._sound = sound_of(folder, "sine", 0.6 * tone(440.0, RATE, SECONDS, 2))
        self.bench = Bench(folder)
        self.bench.send(Volume(0.0))
        self.bench.take(RATE // 10)
        self.bench.send(Follow(self._sound, self._sound), Play())
        self.bench.take(RATE)

    def steeper(self, jump: Jump, at_s: float = 0.0) -> float:
        """How much steeper the jump is than what it lies between; so much later in the clip."""
        feeder = self.bench.feeder
        self._turn(self._bridge(jump, jump.before))
        self.bench.take(round((SETTLED_S + at_s) * RATE))
        if feeder.deck.position_s > SECONDS - 2:
            self.bench.send(Seek(1.0))
            self.bench.take(RATE // 2)
        before = steepest(self.bench.take(round(SETTLED_S * RATE)))
        place = feeder.place(self._sound)
        assert place is not None
        bridge = self._bridge(jump, jump.after)
        frames = round(2 * AROUND_S * RATE)
        steady = max(self._steady(one, place, frames) for one in (self._bridge(jump, jump.before), bridge))
        self._turn(bridge)
        jumped = steepest(self.bench.take(round(AROUND_S * RATE)))
        voice = feeder.deck.mark().voice
        assert (voice.bridge if isinstance(voice, LiveVoice) else None) == bridge, "the jump was never heard"
        after = steepest(self.bench.take(round(SETTLED_S * RATE)))
        return jumped / max(before, after, steady, 1e-9)

    def turn(self, jump: Jump) -> None:
        """Make a jump, and do not wait for what becomes of it."""
        self._turn(self._bridge(jump, jump.after))

    def _bridge(self, jump: Jump, value: Value) -> Bridge | None:
        """The step with a value; None where it is switched off."""
        if jump.name == POWER and not value:
            return None
        settings = () if jump.name == POWER else ((jump.name, value),)
        step = Step(id="step", transform=self._kind.__name__, settings=settings)
        recipe = Banks(dict(self._banks)).resolve(Chain(steps=(step,)).draw(1, "sine", 1))
        steps = tuple(one for one in recipe.steps if one.transform == self._kind.__name__)
        assert all(one.materials for one in steps if bank_of(one) is not None)
        return Bridge(self._sound, steps, banks=self._banks)

    def _turn(self, bridge: Bridge | None) -> None:
        """Set the step, as the window, the builder and the feeder do it together."""
        if bridge is None:
            self.bench.send(Follow(self._sound, self._sound))
            return
        self._turns += 1
        take = Sound(Track(str(self._folder / f"take {self._turns}"), RATE, 2), TimeMap.identity(SECONDS))
        self.bench.send(Follow(self._sound, take, bridge))
        place = self.bench.feeder.place(self._sound)
        assert place is not None
        self.bench.feeder.post(self._warm(bridge, place))

    def _steady(self, bridge: Bridge | None, place: int, frames: int) -> float:
        """The steepest step of what would be heard there if nothing jumped."""
        heard = self._warm(bridge or Bridge(self._sound, ()), max(place - frames // 4, 0)).read(frames)
        return steepest(np.clip(heard, -1, 1))

    def _warm(self, bridge: Bridge, place: int) -> LiveVoice:
        live = LiveVoice(bridge, Program(slots_of(bridge)))
        live.warm_up(place)
        return live


def steepest(heard: NDArray[np.float32]) -> float:
    """The largest step from one sample to the next."""
    return float(np.abs(np.diff(heard)).max())


def _bank(folder: Path) -> Path:
    """A folder with one short response."""
    bank = folder / "bank"
    bank.mkdir(exist_ok=True)
    time = np.arange(RATE // 4) / RATE
    decay = np.random.default_rng(7).standard_normal((1, time.size)) * 0.1 * np.exp(-time / 0.05)
    decay[:, 0] = 1
    encode(bank / "response.wav", (0.5 * decay).astype(np.float32), RATE, Encoding("wav", "16"))
    return bank
