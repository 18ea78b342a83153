"""Rendered takes: decoded sources, rendered prefixes and whole takes as tracks, each made once and kept a while.

`Takes.show` says what is wanted (a source and a recipe); it walks decode, prefix, take, each a request to a worker
and each cached by what it is made from. The prefix ends at the last step that changes time: while it is at hand, a
turned knob below it is heard at once, live on the prefix, until the take behind it is rendered. What can be shown
and heard now is published as a `View`, and again whenever it becomes more.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from .clip import TimeMap
from .jobs import Done, Request, Response
from .project import Source
from .recipe import Drawn, Recipe
from .track import Scratch, Track, TrackReader, TrackStopped, TrackWriter

KEPT_BYTES = 512 * 2**20
"""Tracks beyond this are forgotten, the longest unused first."""

Bindings = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DecodeRequest:
    """Decode a whole file into a track, block by block."""

    path: str
    out: Track

    def run(self) -> TimeMap:
        """Write the track; gives the identity map over its true length."""
        from .files.decode import open_blocks

        info, blocks = open_blocks(self.path)
        frames = 0
        with TrackWriter(self.out, info.frames) as writer:
            for block in blocks:
                writer.write(block)
                frames += block.shape[1]
        return TimeMap.identity(frames / self.out.sample_rate)


@dataclass(frozen=True)
class RenderRequest:
    """Render some steps of a recipe over a track into another track."""

    source: Track
    recipe: Recipe
    banks: Bindings
    out: Track

    def run(self) -> RenderAnswer:
        """Write the track; gives where its time came from and what was measured and chosen."""
        from .banks import Banks
        from .render import Renderer

        banks = Banks(dict(self.banks))
        recipe = banks.resolve(self.recipe)
        samples = TrackReader(self.source).samples()
        blocks, rendered = Renderer(self.source.sample_rate, banks).stream(samples, recipe.steps)
        with TrackWriter(self.out, rendered.samples.shape[1]) as writer:
            for block in blocks:
                writer.write(block)
        numbers = tuple((step, tuple(sorted(found.items()))) for step, found in rendered.numbers.items())
        return RenderAnswer(rendered.time_map, numbers, recipe.steps)


@dataclass(frozen=True)
class RenderAnswer:
    """What a render found out: its time map, the measured numbers by step, and the steps with their recordings."""

    time_map: TimeMap
    numbers: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()
    steps: tuple[Drawn, ...] = ()


@dataclass(frozen=True)
class View:
    """What can be shown and heard now. `live` are the steps that may run over the prefix until the take is ready."""

    source: Source
    recipe: Recipe
    original: Track | None = None
    duration_s: float = 0.0
    prefix: Track | None = None
    take: Track | None = None
    time_map: TimeMap | None = None
    live: tuple[Drawn, ...] = ()
    numbers: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()
    complete: bool = False
    error: str = ""


@dataclass
class _Kept:
    """A track that is made or being made, with its answer once it has come."""

    lane: str
    track: Track
    answer: Any = None
    bytes: int = 0


@dataclass
class _Shelf:
    """Tracks by what they are made from."""

    scratch: Scratch
    kept: OrderedDict[Hashable, _Kept] = field(default_factory=OrderedDict)

    def get(self, key: Hashable) -> _Kept | None:
        found = self.kept.get(key)
        if found is not None:
            self.kept.move_to_end(key)
        return found

    def put(self, key: Hashable, kept: _Kept) -> None:
        self.kept[key] = kept

    def drop(self, key: Hashable) -> None:
        gone = self.kept.pop(key, None)
        if gone is not None:
            self.scratch.remove(gone.track)

    def overtake(self, lane: str) -> None:
        """Stop and forget what is still being made in a lane: its answer will never come."""
        for key in [key for key, kept in self.kept.items() if kept.lane == lane and kept.answer is None]:
            TrackReader(self.kept[key].track).request_stop()
            self.drop(key)

    def tidy(self, in_use: set[Hashable]) -> None:
        """Forget the longest unused tracks until the rest fits."""
        total = sum(kept.bytes for kept in self.kept.values())
        for key in [key for key in self.kept if key not in in_use]:
            if total <= KEPT_BYTES:
                return
            total -= self.kept[key].bytes
            self.drop(key)


class Takes:
    """Makes what the window shows and plays; `publish` gets a `View` whenever there is more to show."""

    def __init__(
        self, submit: Callable[[str, Request, Done], None], scratch: Scratch, publish: Callable[[View], None]
    ) -> None:
        self._submit = submit
        self._scratch = scratch
        self._shelf = _Shelf(scratch)
        self._publish = publish
        self._wanted: tuple[Source, Recipe, Bindings] | None = None
        self._numbers: dict[str, tuple[tuple[str, float], ...]] = {}

    def show(self, source: Source, recipe: Recipe, banks: Bindings = ()) -> None:
        """Want this take now, whatever was wanted before."""
        if self._wanted is not None and self._wanted[0].path != source.path:
            self._numbers.clear()
        self._wanted = (source, recipe, banks)
        self._advance()

    def _advance(self) -> None:
        """Go as far towards the wanted take as what is at hand allows, and ask for the next thing."""
        if self._wanted is None:
            return
        source, recipe, banks = self._wanted
        view = View(source, recipe)
        source_key = _source_key(source)
        if source_key is None or source.info is None:
            self._publish(replace(view, error=f"{source.source_id} is not there any more; drop it on the window again"))
            return
        original = self._made("decode", source_key, lambda: self._decode(source))
        if original.answer is None:
            self._publish(view)
            return
        view = replace(view, original=original.track, duration_s=original.answer.duration_s)
        split = recipe.split()
        prefix_key = (source_key, recipe.digest(split), banks) if split else source_key
        prefix = original
        if split:
            head = replace(recipe, steps=recipe.steps[:split])
            made = self._made("prefix", prefix_key, lambda: self._render(original.track, head, banks))
            if made.answer is None:
                self._publish(view)
                return
            prefix = made
        self._show_take(view, prefix, prefix_key, split, {source_key, prefix_key})

    def _show_take(self, view: View, prefix: _Kept, prefix_key: Hashable, split: int, used: set[Hashable]) -> None:
        assert self._wanted is not None
        _, recipe, banks = self._wanted
        time_map = prefix.answer.time_map if split else prefix.answer
        view = replace(view, prefix=prefix.track, time_map=time_map)
        if split == len(recipe.steps):
            self._publish(replace(view, take=prefix.track, complete=True))
            return
        rest = replace(recipe, steps=recipe.steps[split:])
        take_key = (prefix_key, rest.digest(), banks, "take")
        take = self._made("take", take_key, lambda: self._render(prefix.track, rest, banks))
        self._shelf.tidy(used | {take_key})
        if take.answer is not None:
            self._numbers.update(take.answer.numbers)
        live = take.answer.steps if take.answer is not None else rest.steps
        numbers = tuple(self._numbers.items())
        complete = take.answer is not None
        self._publish(replace(view, take=take.track, live=live, numbers=numbers, complete=complete))

    def _made(self, lane: str, key: Hashable, order: Callable[[], tuple[Request, Track]]) -> _Kept:
        """The track for a key; asks for it if it is neither made nor being made."""
        found = self._shelf.get(key)
        if found is None:
            self._shelf.overtake(lane)
            request, track = order()
            found = _Kept(lane, track)
            self._shelf.put(key, found)
            self._submit(lane, request, partial(self._answered, key, found))
        return found

    def _answered(self, key: Hashable, kept: _Kept, response: Response) -> None:
        if self._shelf.kept.get(key) is not kept:
            return
        if response.error is not None:
            self._shelf.drop(key)
            if self._wanted is not None and response.error != TrackStopped.__name__:
                self._publish(View(self._wanted[0], self._wanted[1], error=response.error))
            return
        kept.answer = response.value
        kept.bytes = TrackReader(kept.track).ready * kept.track.channels * 4
        self._advance()

    def _decode(self, source: Source) -> tuple[Request, Track]:
        assert source.info is not None
        track = self._scratch.new(source.info.sample_rate, source.info.channels, source.info.frames)
        return DecodeRequest(source.path, track), track

    def _render(self, source: Track, recipe: Recipe, banks: Bindings) -> tuple[Request, Track]:
        track = self._scratch.new(source.sample_rate, source.channels, TrackReader(source).ready)
        return RenderRequest(source, recipe, banks, track), track


def _source_key(source: Source) -> Hashable:
    """What a decoded source is known by: a file that was changed is decoded again; None if it is gone."""
    try:
        facts = os.stat(source.path)
    except OSError:
        return None
    return ("source", source.path, facts.st_mtime_ns, facts.st_size)
