"""Rendered takes: decoded sources, rendered prefixes and whole takes as tracks, each made once and kept a while.

`Takes.show` says what is wanted (a source and a recipe); it walks decode, prefix, take, each a request to a worker
and each cached by what it is made from. The prefix ends at the last step that changes time: while it is at hand, a
turned knob below it is heard at once, live on the prefix, until the take behind it is rendered. What can be shown
and heard now is published as a `View`, and again whenever it becomes more.

Steps that are frozen are rendered into a prefix of their own, and what runs live runs on that. The take is made as if
nothing were frozen: freezing changes what is heard for a while, and no sample of the truth.

Once the wanted take is complete, the same draw of another chain is made, the `spare`, so that it is at hand when it
is wanted. It goes the same way with the same keys, in lanes of its own, and gives way to whatever is wanted.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from .chain import bank_of
from .clip import TimeMap
from .jobs import Done, Request, Response
from .project import Source
from .recipe import Drawn, Material, Recipe, begins_stage
from .regions import Where
from .track import Scratch, Track, TrackReader, TrackWriter
from .transform import StepNumbers

KEPT_BYTES = 512 * 2**20
"""Tracks beyond this are forgotten, the longest unused first."""
KEPT_TRACKS = 100
"""And beyond so many: of short recordings thousands would fit, each with its file and with what was found out of it."""

Bindings = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DecodeRequest:
    """Decode a whole file into a track, block by block."""

    path: str
    out: Track

    def run(self) -> TimeMap:
        """Write the track; gives the identity map over its true length."""
        from .files.decode import open_blocks
        from .files.refused import refused

        with TrackWriter(self.out, made=True) as writer:
            info, blocks = open_blocks(self.path)
            if (info.sample_rate, info.channels) != (self.out.sample_rate, self.out.channels):
                raise refused(self.path, "is not what it was when it was opened; drop it on the window again")
            if info.frames is not None:
                writer.expect(info.frames)
            frames = 0
            for block in blocks:
                writer.write(block)
                frames += block.shape[1]
        return TimeMap.identity(frames / self.out.sample_rate)


@dataclass(frozen=True)
class Begun:
    """The first steps of a request, done already, and how late the last stage of them was, in frames."""

    out: Track
    steps: int
    held_back: int


@dataclass(frozen=True)
class RenderRequest:
    """Render some steps of a recipe over a track into another track.

    `time_map` leads from the track's time to its source's, None where it is the source. `labelled` is the source's
    file, beside which the labels lie that its steps may work in. `begun` is gone on from where that gives the same
    samples. A track that nobody reads while it grows is not `streamed`: it has longer blocks.
    """

    source: Track
    recipe: Recipe
    banks: Bindings
    out: Track
    labelled: str = ""
    time_map: TimeMap | None = None
    begun: Begun | None = None
    streamed: bool = True

    def run(self) -> RenderAnswer:
        """Write the track; gives where its time came from and what was measured and chosen."""
        from .banks import Banks
        from .files.labels import beside
        from .plugins.conduct import Notes
        from .render import STREAMED_FRAMES, WHOLE_FRAMES, Renderer, check_taken, in_spite_of_plugins

        banks, notes = Banks(dict(self.banks)), Notes()
        with TrackWriter(self.out, made=True) as writer:
            recipe = banks.resolve(self.recipe).placed(partial(beside, self.labelled))
            samples, steps, begun = TrackReader(self.source).samples(), recipe.steps, self.begun
            renderer = Renderer(self.source.sample_rate, banks, check=writer.check)
            if begun is not None and renderer.may_go_on(samples, steps[begun.steps :], begun.held_back):
                samples, steps = TrackReader(begun.out).samples(), steps[begun.steps :]
            length = STREAMED_FRAMES if self.streamed else WHOLE_FRAMES
            stream = partial(renderer.stream, samples, steps, length, self.time_map)
            for block, rendered in in_spite_of_plugins(stream, notes):
                writer.expect(rendered.samples.shape[1])
                check_taken(block)
                writer.write(block)
        numbers = tuple((step, tuple(sorted(found.items()))) for step, found in rendered.numbers.items())
        return RenderAnswer(rendered.time_map, numbers, steps, rendered.held_back, notes.sentences)


@dataclass(frozen=True)
class RenderAnswer:
    """What a render found out: its time map, the measured numbers by step, and its steps with their recordings.

    `held_back` is how late its last stage was, in frames, before that was made good. `bypassed` has a sentence for
    each step whose plugin failed twice, and without which the take goes on.
    """

    time_map: TimeMap
    numbers: StepNumbers = ()
    steps: tuple[Drawn, ...] = ()
    held_back: int = 0
    bypassed: tuple[str, ...] = ()


@dataclass(frozen=True)
class LookRequest:
    """Look at bank folders: what is in them decides which recording a step gets, and so what a take is made from."""

    folders: tuple[str, ...]

    def run(self) -> tuple[str, ...]:
        """A fingerprint of each."""
        from .banks import fingerprint

        return tuple(fingerprint(folder) for folder in self.folders)


NO_ROOM = f"the recording is too long for the takes of both chains to be kept ({KEPT_BYTES // 2**20} MB)"


@dataclass(frozen=True)
class Ready:
    """A take that is rendered and waits for being wanted."""

    recipe: Recipe
    take: Track
    time_map: TimeMap


@dataclass(frozen=True)
class View:
    """What can be shown and heard now. `live` are the steps that may run over the prefix until the take is ready.

    `bypassed` has a sentence for each step that the take is without, since its plugin failed.
    `held_back` is how late, in frames, the frozen steps in the prefix make the first of these in the render.
    `spare` is the other chain's take once it is ready; until then `preparing` says that it is being made, or
    `spare_error` why it is not.
    """

    source: Source
    recipe: Recipe
    original: Track | None = None
    duration_s: float = 0.0
    prefix: Track | None = None
    take: Track | None = None
    time_map: TimeMap | None = None
    live: tuple[Drawn, ...] = ()
    numbers: StepNumbers = ()
    complete: bool = False
    error: str = ""
    held_back: int = 0
    bypassed: tuple[str, ...] = ()
    spare: Ready | None = None
    preparing: bool = False
    spare_error: str = ""


@dataclass(frozen=True)
class _Wanted:
    """What is to be shown, and which of its steps are not to run live."""

    source: Source
    recipe: Recipe
    banks: Bindings
    frozen: frozenset[str] = frozenset()

    @property
    def drawn_for(self) -> Hashable:
        """What a draw is for: within it an edit keeps what was found, beyond it no step's key is the same."""
        return self.source.path, self.recipe.source, self.recipe.seed, self.recipe.variant, self.banks


@dataclass(frozen=True)
class _Found:
    """What a render found out about a step, of use until the next one is ready."""

    numbers: tuple[tuple[str, float], ...]
    materials: tuple[Material, ...]
    where: Where | None


@dataclass
class _Kept:
    """A track that is made or being made, with its answer once it has come."""

    lane: str
    track: Track
    answer: Any = None
    bytes: int = 0


_AWAITED = _Kept("", Track("", 0, 0))
"""Stands for a track that is not at hand and that is not asked for."""
SPARE = "spare "
"""What the lanes of the spare begin with."""


@dataclass(frozen=True)
class _Errand:
    """What a walk is for: the keys that it uses, what its lanes begin with, whether it asks for what is not there."""

    used: set[Hashable]
    lanes: str = ""
    asks: bool = True


@dataclass(frozen=True)
class _Ground:
    """A track that live steps run on, and how many of the steps behind the prefix are in it."""

    of: _Kept
    steps: int = 0

    def held_back(self, rest: Recipe) -> int:
        """How late these steps made the sound in frames, if the next one goes on in their stage."""
        if not self.steps or self.steps == len(rest.steps) or begins_stage(rest.steps[self.steps]):
            return 0
        answer: RenderAnswer = self.of.answer
        return answer.held_back


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

    def overtake(self, lane: str, but: Collection[Hashable] = ()) -> None:
        """Stop and forget what is still being made in a lane: its answer will never come."""
        making = [key for key, kept in self.kept.items() if kept.lane == lane and kept.answer is None]
        for key in (key for key in making if key not in but):
            TrackReader(self.kept[key].track).request_stop()
            self.drop(key)

    def tidy(self, in_use: set[Hashable]) -> None:
        """Forget the longest unused tracks until the rest fits, and at once what a step is missing in."""
        for key in [key for key, kept in self.kept.items() if key not in in_use and _bypassed(kept)]:
            self.drop(key)
        total = sum(kept.bytes for kept in self.kept.values())
        for key in [key for key in self.kept if key not in in_use]:
            if total <= KEPT_BYTES and len(self.kept) <= KEPT_TRACKS:
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
        self._wanted: _Wanted | None = None
        self._spare: _Wanted | None = None
        self._spare_error = ""
        self._in_use: set[Hashable] = set()
        self._spare_use: set[Hashable] = set()
        self._found: dict[tuple[str, str], _Found] = {}
        self._seen: dict[str, str] = {}

    def show(
        self, source: Source, recipe: Recipe, banks: Bindings = (), frozen: frozenset[str] = frozenset(),
        spare: Recipe | None = None,
    ) -> None:  # fmt: skip
        """Want this take now, whatever was wanted before, and behind it the spare's.

        What is frozen, and all above it, never runs live.
        """
        before, self._wanted = self._wanted, _Wanted(source, recipe, _used(recipe, banks), frozen)
        self._spare = None if spare is None else _Wanted(source, spare, _used(spare, banks))
        self._spare_error = ""
        self._look(tuple(dict.fromkeys((*self._wanted.banks, *(self._spare.banks if self._spare else ())))))
        if before is not None and before.drawn_for != self._wanted.drawn_for:
            self._found.clear()
        self._advance()

    def try_plugins_again(self) -> None:
        """Make what steps are missing in once more, because their plugins failed."""
        for key in [key for key, kept in self._shelf.kept.items() if _bypassed(kept)]:
            self._shelf.drop(key)
        self._advance()

    def _look(self, banks: Bindings) -> None:
        """Have the folders of banks looked at; until that has come, they are taken to be as they were."""
        folders = tuple(folder for _, folder in banks)
        if folders:
            self._submit("banks", LookRequest(folders), partial(self._looked, folders))

    def _looked(self, folders: tuple[str, ...], response: Response) -> None:
        seen = dict(zip(folders, response.value or ("",) * len(folders), strict=True))
        if any(self._seen.get(folder) != found for folder, found in seen.items()):
            self._seen |= seen
            self._found.clear()
            self._advance()

    def _advance(self) -> None:
        """Go as far towards the wanted take as what is at hand allows, and ask for the next thing."""
        self._in_use, self._spare_use = set(), set()
        if self._wanted is not None:
            view = self._with_spare(self._walk(self._wanted, _Errand(self._in_use)))
            if not view.preparing:
                self._stop_spare()
            self._publish(view)  # so that what is to be seen of the wanted take is asked for before the spare
            if view.preparing and self._spare is not None:
                self._walk(self._spare, _Errand(self._spare_use, SPARE))
        self._shelf.tidy(self._in_use | self._spare_use)

    def _with_spare(self, view: View) -> View:
        """The view with how it stands with the spare, which is only thought of when the wanted take is complete."""
        if self._spare is None or not view.complete:
            return view
        found = self._walk(self._spare, _Errand(self._spare_use, SPARE, asks=False))
        if found.complete and found.take is not None and found.time_map is not None:
            return replace(view, spare=Ready(found.recipe, found.take, found.time_map))
        error = self._spare_error or found.error or ("" if self._has_room(self._spare.recipe) else NO_ROOM)
        return replace(view, preparing=not error, spare_error=error)

    def _has_room(self, recipe: Recipe) -> bool:
        """Whether what the spare needs fits beside what the wanted take is made of; a guess from the recording."""
        sizes = [self._shelf.kept[key].bytes for key in self._in_use]
        return sum(sizes) + (2 if recipe.split() else 1) * max(sizes, default=0) <= KEPT_BYTES

    def _stop_spare(self) -> None:
        """Leave the workers to what is wanted."""
        for lane in ("prefix", "take"):
            self._shelf.overtake(SPARE + lane, but=self._in_use)

    def _walk(self, wanted: _Wanted, errand: _Errand) -> View:
        """Decode, prefix, take: what there is at the first that is not at hand."""
        source, recipe, banks = wanted.source, wanted.recipe, wanted.banks
        view = View(source, recipe)
        source_key = _source_key(source)
        if source_key is None or source.info is None:
            return replace(view, error=f"{source.source_id} is not there any more; drop it on the window again")
        original = self._made(errand, "decode", source_key, lambda: self._decode(source))
        if original.answer is None:
            return view
        view = replace(view, original=original.track, duration_s=original.answer.duration_s)
        if any(folder not in self._seen for _, folder in banks):
            return view
        split = recipe.split()
        prefix, prefix_key = original, source_key
        if split:
            head = replace(recipe, steps=recipe.steps[:split])
            prefix_key = self._key(source_key, wanted, head)
            prefix = self._made(errand, "prefix", prefix_key, lambda: self._render(wanted, original, head))
            if prefix.answer is None:
                return view
            self._learn(errand, prefix)
        return self._with_take(replace(view, time_map=_time_of(prefix)), wanted, prefix, prefix_key, errand)

    def _with_take(self, view: View, wanted: _Wanted, prefix: _Kept, prefix_key: Hashable, errand: _Errand) -> View:
        recipe = wanted.recipe
        split = recipe.split()
        if split == len(recipe.steps):
            return replace(view, prefix=prefix.track, take=prefix.track, complete=True)
        rest = replace(recipe, steps=recipe.steps[split:])
        ground = self._ground(wanted, prefix, prefix_key, rest, errand)
        take_key = (self._key(prefix_key, wanted, rest), "take")
        if ground.of.answer is None and self._shelf.get(take_key) is None:
            return view
        take = self._made(errand, "take", take_key, lambda: self._render(wanted, prefix, rest, ground))
        if take.answer is not None:
            self._learn(errand, take)
        known = [(step.id, self._found.get((step.id, step.key))) for step in rest.steps]
        numbers = tuple((step, found.numbers) for step, found in known if found is not None and found.numbers)
        view = replace(view, take=take.track, numbers=numbers, complete=take.answer is not None)
        view = replace(view, bypassed=tuple(dict.fromkeys(_bypassed(prefix) + _bypassed(ground.of) + _bypassed(take))))
        return view if ground.of.answer is None else self._with_live(view, ground, rest)

    def _learn(self, errand: _Errand, made: _Kept) -> None:
        """Keep what a render found for what runs live, which the other chain's steps of the same keys never do."""
        if not errand.lanes:
            self._found.update(_found_by(made.answer))

    def _ground(
        self, wanted: _Wanted, prefix: _Kept, prefix_key: Hashable, rest: Recipe, errand: _Errand
    ) -> _Ground:  # fmt: skip
        """What live steps run on: the prefix, or the one that the frozen steps are in, which is made if it must be."""
        frozen = rest.split(wanted.frozen)
        if not frozen:
            return _Ground(prefix)
        head = replace(rest, steps=rest.steps[:frozen])
        key = (self._key(prefix_key, wanted, head), "frozen")
        made = self._made(errand, "frozen", key, lambda: self._render(wanted, prefix, head, streamed=False))
        if made.answer is not None:
            self._learn(errand, made)
        return _Ground(made, frozen)

    def _with_live(self, view: View, ground: _Ground, rest: Recipe) -> View:
        live = tuple(self._with_place(self._with_materials(step)) for step in rest.steps[ground.steps :])
        return replace(view, prefix=ground.of.track, live=live, held_back=ground.held_back(rest))

    def _key(self, of: Hashable, wanted: _Wanted, recipe: Recipe) -> Hashable:
        """What steps over a track are known by."""
        return (of, recipe.digest(), self._stamped(wanted.banks), _labels_key(wanted.source, recipe))

    def _stamped(self, banks: Bindings) -> Hashable:
        """Bindings with what lies in their folders."""
        return tuple((name, folder, self._seen[folder]) for name, folder in banks)

    def _with_materials(self, step: Drawn) -> Drawn:
        """The step with the recordings that it got in a take before: its key and its bank alone decide that."""
        found = self._found.get((step.id, step.key))
        if found is None or not found.materials or found.materials[0].bank != bank_of(step):
            return step
        if len(found.materials) != step.build().recordings_wanted():
            return step
        return replace(step, materials=found.materials)

    def _with_place(self, step: Drawn) -> Drawn:
        """The step with the times of the same events as in a take before, until it is known what they are now."""
        found = self._found.get((step.id, step.key))
        if found is None or found.where is None or step.where is None or found.where.events != step.where.events:
            return step
        return step if step.where.spans is not None else replace(step, where=found.where)

    def _made(self, errand: _Errand, lane: str, key: Hashable, order: Callable[[], tuple[Request, Track]]) -> _Kept:
        """The track for a key, in use from now on; asks for it if it is neither made nor being made."""
        errand.used.add(key)
        found = self._shelf.get(key)
        if found is None and not errand.asks:
            return _AWAITED
        if found is None:
            lane = errand.lanes + lane
            self._shelf.overtake(lane, but=self._in_use)
            request, track = order()
            found = _Kept(lane, track)
            self._shelf.put(key, found)
            self._submit(lane, request, partial(self._answered, key, found))
        return found

    def _answered(self, key: Hashable, kept: _Kept, response: Response) -> None:
        if self._shelf.kept.get(key) is not kept:
            return
        if response.error is not None:
            self._failed(key, response.error)
            return
        kept.answer = response.value
        kept.bytes = TrackReader(kept.track).ready * kept.track.channels * 4
        self._advance()

    def _failed(self, key: Hashable, error: str) -> None:
        self._shelf.drop(key)
        if self._wanted is not None and key in self._in_use:
            self._publish(View(self._wanted.source, self._wanted.recipe, error=error))
        elif key in self._spare_use:
            self._spare_error = error
            self._advance()

    def _decode(self, source: Source) -> tuple[Request, Track]:
        assert source.info is not None
        track = self._scratch.new(source.info.sample_rate, source.info.channels, source.info.frames)
        return DecodeRequest(source.path, track), track

    def _render(
        self, wanted: _Wanted, of: _Kept, recipe: Recipe, ground: _Ground | None = None, *, streamed: bool = True
    ) -> tuple[Request, Track]:  # fmt: skip
        track = self._scratch.new(of.track.sample_rate, of.track.channels, TrackReader(of.track).ready)
        done = None
        if ground is not None and ground.steps and ground.of.answer is not None:
            done = Begun(ground.of.track, ground.steps, ground.of.answer.held_back)
        labelled, time_map = wanted.source.path, _time_of(of)
        return RenderRequest(of.track, recipe, wanted.banks, track, labelled, time_map, done, streamed), track


def _bypassed(kept: _Kept) -> tuple[str, ...]:
    """The steps that a track is without: none where it is a decoded source or not yet made."""
    return kept.answer.bypassed if isinstance(kept.answer, RenderAnswer) else ()


def _time_of(kept: _Kept) -> TimeMap:
    """Where the time of a decoded source or of a rendered prefix comes from."""
    answer: TimeMap | RenderAnswer = kept.answer
    return answer.time_map if isinstance(answer, RenderAnswer) else answer


def _used(recipe: Recipe, banks: Bindings) -> Bindings:
    """The bindings that a recipe needs."""
    names = {bank_of(step) for step in recipe.steps}
    return tuple((name, folder) for name, folder in banks if folder and name in names)


def _found_by(answer: RenderAnswer) -> dict[tuple[str, str], _Found]:
    numbers = dict(answer.numbers)
    return {(step.id, step.key): _Found(numbers.get(step.id, ()), step.materials, step.where) for step in answer.steps}


def _labels_key(source: Source, recipe: Recipe) -> Hashable:
    """What changes when the labels that a recipe waits for do."""
    if not recipe.awaits_labels:
        return None
    from .files.labels import stamp

    return stamp(source.path)


def _source_key(source: Source) -> Hashable:
    """What a decoded source is known by: a file that was changed is decoded again; None if it is gone."""
    try:
        facts = os.stat(source.path)
    except OSError:
        return None
    return ("source", source.path, facts.st_mtime_ns, facts.st_size)
