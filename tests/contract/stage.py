"""What the laws are held with: sounds, settings, a key that notices what it is asked, and ways to run a transform."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import cycle
from typing import Any

import numpy as np

from engine.clip import Samples, TimeMap
from engine.draws import Draw, Key
from engine.params import Number, Range, Value
from engine.render import run
from engine.transform import Measured, Numbers, Processor, Streaming, StreamSpec, Transform, WholeClip, registered

KINDS = list(registered().values())
NAMES = [kind.__name__ for kind in KINDS]
PROCESSED = [kind for kind in KINDS if not issubclass(kind, WholeClip)]
ALIKE = [kind for kind in KINDS if not kind.across_channels]
STREAMED = [kind for kind in KINDS if issubclass(kind, Streaming)]
RATES = (8000, 11025, 16000, 44100, 48000, 96000, 192000)
Values = dict[str, Value]


@dataclass(frozen=True)
class WatchedKey(Key):
    """A key that writes down whether it was asked for a number or for a generator."""

    asked: set[str] = field(default_factory=set, compare=False)

    def uniform(self, *parts: str | int) -> float:
        self.asked.add("uniform")
        return super().uniform(*parts)

    def generator(self, *parts: str | int) -> np.random.Generator:
        self.asked.add("generator")
        return super().generator(*parts)


def draw_for(rate: int, name: str = "a") -> Draw:
    """What a step named so runs with; each of its bank recordings is half a second of a decaying room with a hiss."""
    return Draw(WatchedKey.of("laws", name), (lambda: room(rate),) * 16)


@cache
def room(rate: int) -> Samples:
    """A stereo response: nothing for 3 ms, the direct sound, then noise that dies away. It cannot be written to."""
    rng = np.random.default_rng(7)
    time = np.arange(rate // 2) / rate
    sound = 0.1 * rng.standard_normal((2, time.size)) * np.exp(-time / 0.08)
    direct = round(0.003 * rate)
    sound[:, :direct] = 0
    sound[:, direct] = 1
    return frozen(sound.astype(np.float32))


def performance(rate: int, channels: int, seconds: float = 0.3) -> Samples:
    """Twelve partials from 60 Hz to 0.45 of the rate, loud for 60 % and then 45 dB down; alike on all channels."""
    time = np.arange(max(round(seconds * rate), 1)) / rate
    partials = np.geomspace(60, 0.45 * rate, 12)
    sound = sum(np.sin(2 * np.pi * hertz * time + n * n) for n, hertz in enumerate(partials))
    level = np.where(time < 0.6 * seconds, 0.9, 0.9 * 10 ** (-45 / 20))
    return np.tile((sound / np.abs(sound).max() * level).astype(np.float32), (channels, 1))


def unlike(kind: type[Transform], sound: Samples) -> Samples:
    """The sound as it is; with another level on each channel for what works across channels, which sees no other."""
    if not kind.across_channels:
        return sound
    levels = 0.8 ** np.arange(sound.shape[0], dtype=np.float32)
    return sound * levels[:, np.newaxis]


def burst(rate: int, channels: int, start_s: float = 0.12, length_s: float = 0.04, seconds: float = 0.4) -> Samples:
    """White noise for a moment in silence, alike on all channels."""
    sound = np.zeros(round(seconds * rate), np.float32)
    first, last = round(start_s * rate), round((start_s + length_s) * rate)
    sound[first:last] = 0.3 * np.random.default_rng(3).standard_normal(last - first)
    return np.tile(np.clip(sound, -1, 1), (channels, 1))


def hard_sounds(rate: int, channels: int) -> Iterator[tuple[str, Samples]]:
    """Sounds that break things: silence, one frame, a constant, eight times full scale, numbers almost 0."""
    frames = rate // 10
    shape = (channels, frames)
    noise = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    click = np.zeros(shape, np.float32)
    click[:, frames // 2] = 1
    yield "silence", np.zeros(shape, np.float32)
    yield "one frame", np.full((channels, 1), 0.5, np.float32)
    yield "one silent frame", np.zeros((channels, 1), np.float32)
    yield "three frames", noise[:, :3].copy()
    yield "a constant", np.ones(shape, np.float32)
    yield "full scale times eight", np.where(noise > 0, 8, -8).astype(np.float32)
    yield "denormal numbers", noise * np.float32(1e-41)
    yield "a click", click
    yield "sound in the first channel only", np.concatenate((noise[:1], np.zeros((channels - 1, frames), np.float32)))


def defaults(kind: type[Transform]) -> Values:
    return {name: param.default for name, param in kind.params().items()}


def corners(kind: type[Transform], ends: str) -> Iterator[Values]:
    """The defaults, with each number at either end of its `typical` range or of its limits; and all of them at once."""
    yield defaults(kind)
    lows, highs = {}, {}
    for name, param in kind.params().items():
        low, high = edges(param, ends)
        lows[name], highs[name] = low, high
        for end in (low, high):
            yield {**defaults(kind), name: end}
    yield lows
    yield highs


def edges(param: Any, ends: str) -> tuple[Value, Value]:
    """The two ends of a parameter: of numbers as named, of words the first and the last, off and on."""
    if not isinstance(param, Number):
        options = getattr(param, "options", (False, True) if isinstance(param.default, bool) else (param.default,))
        return options[0], options[-1]
    low, high = param.typical if ends == "typical" else (param.low, param.high)
    return param.check_value(low), param.check_value(high)


def drawn(kind: type[Transform], count: int) -> Iterator[Values]:
    """Points from the typical ranges, words and switches in turn."""
    for turn in range(count):
        key = Key.of("laws", "drawn", kind.__name__, turn)
        values = defaults(kind)
        for name, param in kind.params().items():
            if isinstance(param, Number):
                values[name] = param.draw(param.check(Range(*param.typical)), key.uniform(name))
            else:
                values[name] = edges(param, "typical")[turn % 2]
        yield values


def typical_settings(kind: type[Transform]) -> list[Values]:
    """Where the laws hold over the whole typical range: its corners and points within, each once."""
    unique: list[Values] = []
    for values in (*corners(kind, "typical"), *drawn(kind, 4)):
        if values not in unique:
            unique.append(values)
    return unique


@dataclass
class Prepared:
    """A transform that has measured what it needs, and makes processors for that clip."""

    transform: Streaming | Measured
    spec: StreamSpec
    draw: Draw
    numbers: Numbers

    def processor(self) -> Processor:
        if isinstance(self.transform, Measured):
            return self.transform.processor(self.spec, self.draw, self.numbers)
        return self.transform.processor(self.spec, self.draw)


def prepare(transform: Transform, samples: Samples, rate: int, draw: Draw) -> Prepared:
    """Measure the clip if the transform does so."""
    assert isinstance(transform, Streaming | Measured)
    spec = StreamSpec(rate, samples.shape[0], samples.shape[1])
    seen = frozen(samples)
    numbers = transform.measure(seen, spec, draw) if isinstance(transform, Measured) else {}
    return Prepared(transform, spec, draw, numbers)


def render(transform: Transform, samples: Samples, rate: int, draw: Draw, *, tail: bool = False) -> Samples:
    """The sound that the transform makes of a clip, by the one loop."""
    return render_with_map(transform, samples, rate, draw, tail=tail)[0]


def render_with_map(
    transform: Transform, samples: Samples, rate: int, draw: Draw, *, tail: bool = False
) -> tuple[Samples, TimeMap]:
    if isinstance(transform, WholeClip):
        return transform.apply(frozen(samples), StreamSpec(rate, *samples.shape), draw)
    processor = prepare(transform, samples, rate, draw).processor()
    blocks = list(run([processor], samples, processor.tail if tail else 0))
    return np.concatenate(blocks, axis=1), TimeMap.identity(samples.shape[1] / rate)


def response(prepared: Prepared, samples: Samples, more: int = 0) -> Samples:
    """What the sound itself brings about: the output less what silence gives, with so many frames after the end."""
    sound = np.concatenate(list(run([prepared.processor()], samples, more)), axis=1)
    quiet = np.concatenate(list(run([prepared.processor()], np.zeros_like(samples), more)), axis=1)
    return sound - quiet


def fed(processor: Processor, samples: Samples, sizes: Sequence[int]) -> Samples:
    """What a processor gives for blocks of these sizes, over and over; late by its latency."""
    out, start = [], 0
    for size in cycle(sizes):
        block = frozen(samples[:, start : start + size])
        if not block.shape[1]:
            return np.concatenate(out, axis=1)
        before = block.copy()
        given = processor.process(block)
        assert given.shape == block.shape, f"a block of {block.shape} came back as {given.shape}"
        assert given.dtype == np.float32, f"came back as {given.dtype}"
        assert np.array_equal(block, before), "the block that was given was changed"
        assert not np.shares_memory(given, block), "the block that was given came back, and not a new one"
        out.append(given)
        start += size
    raise AssertionError


def frozen(samples: Samples) -> Samples:
    """A copy that cannot be written to: what would change it raises."""
    copy = samples.copy()
    copy.flags.writeable = False
    return copy


def profile_db(sound: Samples, pieces: int = 5, depth: float = 50) -> np.ndarray:
    """The level of each channel in so many pieces, dB below the loudest piece, at most `depth`: (channels, pieces)."""
    parts = np.array_split(sound.astype(np.float64), pieces, axis=1)
    levels = np.stack([10 * np.log10(np.mean(part**2, axis=1) + 1e-20) for part in parts], axis=1)
    return np.maximum(levels - levels.max(), -depth)


def words(values: Mapping[str, Value]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items())


def with_name(draw: Draw, name: str) -> Draw:
    """The same but for its key."""
    return replace(draw, key=WatchedKey.of("laws", name))
