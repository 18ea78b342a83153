"""The one loop: every sound that is heard, exported or trained on comes out of `run`.

A recipe is cut into stages: a step that needs the whole clip (WholeClip, or the measuring half of Measured) begins
a stage, and the Streaming steps behind it belong to it. A stage is a row of processors fed with blocks, `latency`
zeros pushed after the end and `latency` frames trimmed from the start. Blocks of any length give the same sound, so
their length is a matter of speed alone: what plays takes short ones, a clip that is rendered takes long ones.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from . import inside
from .chain import bank_of
from .clip import Samples, TimeMap
from .draws import Draw, Key
from .dsp.pointwise import Unchanged
from .plugins.conduct import STRICT, Conduct, Notes, conducted
from .plugins.fault import PluginFault
from .recipe import begins_stage
from .regions import Labels
from .transform import Measured, Numbers, Processor, Streaming, StreamSpec, Transform, WholeClip

if TYPE_CHECKING:
    from .banks import Banks
    from .recipe import Drawn, Recipe
    from .regions import Event

STREAMED_FRAMES = 1 << 16
"""Frames in a block of a take that is read while it grows: at 512 a filter costs nine times as much."""

WHOLE_FRAMES = 1 << 19
"""Frames in a block of a take that is wanted as a whole: most clips are one block, which is never copied."""

TAIL_SECONDS_MAX = 30.0
"""A kept tail is cut here: a Delay with full feedback would ring for ever."""

HELD_BYTES = 256 * 2**20
"""Of longer clips nothing between two stages is held in memory: about ten minutes of stereo at 48 kHz."""


class RenderError(Exception):
    """A step could not do its work; the message is one sentence that names it."""


@dataclass
class Rendered:
    """A take: its samples, where its time came from, and what the measured steps found, by step id.

    `held_back` is how late the steps of the last stage made its sound, before that was made good.
    """

    samples: Samples
    time_map: TimeMap
    numbers: dict[str, Numbers] = field(default_factory=dict)
    held_back: int = 0


@dataclass(frozen=True)
class Stage:
    """A step that needs the whole clip, or None, and the steps that stream behind it."""

    head: Drawn | None
    rest: tuple[Drawn, ...]


def stages(steps: Sequence[Drawn]) -> list[Stage]:
    """Cut a recipe's steps where one needs the whole clip."""
    found: list[Stage] = []
    for step in steps:
        streams = not begins_stage(step)
        if streams and found:
            found[-1] = Stage(found[-1].head, (*found[-1].rest, step))
        elif streams:
            found.append(Stage(None, (step,)))
        else:
            found.append(Stage(step, ()))
    return found


def draw_of(step: Drawn, banks: Banks | None, sample_rate: int) -> Draw:
    """What the step runs with: its key, and the bank recordings that its recipe names."""
    if banks is None:
        return Draw(Key.from_hex(step.key))
    loads = tuple(partial(banks.load, material, sample_rate) for material in step.materials)
    return Draw(Key.from_hex(step.key), loads)


def run(
    processors: Sequence[Processor], samples: Samples, tail: int = 0, block_frames: int = STREAMED_FRAMES
) -> Iterator[Samples]:
    """Feed samples (channels, frames) through processors block by block; gives frames + tail frames in all."""
    latency = latency_of(processors)
    wanted = samples.shape[1] + tail
    skip, given = latency, 0
    for start in range(0, wanted + latency, block_frames):
        block = _block(samples, start, min(block_frames, wanted + latency - start))
        for processor in processors:
            block = processor.process(block)
        if skip:
            dropped = min(skip, block.shape[1])
            block, skip = block[:, dropped:], skip - dropped
        if block.shape[1]:
            given += block.shape[1]
            yield block
    assert given == wanted, "a processor changed the length of a block"


def latency_of(processors: Sequence[Processor]) -> int:
    """How many frames a row of processors holds the sound back."""
    return sum(processor.latency for processor in processors)


def _block(samples: Samples, start: int, length: int) -> Samples:
    """One block, each channel's frames side by side, with zeros where the clip has ended."""
    if start + length <= samples.shape[1]:
        return np.ascontiguousarray(samples[:, start : start + length])
    block = np.zeros((samples.shape[0], length), np.float32)
    there = samples[:, start : start + length]
    block[:, : there.shape[1]] = there
    return block


def _carry_on() -> None:
    """Nobody has anything against it."""


class Renderer:
    """Renders one recipe over one clip; `take` at once, or stage by stage for those who want the sound early.

    `check` is called before every block and every step that needs the whole clip; what it raises ends the render.
    """

    def __init__(
        self,
        sample_rate: int,
        banks: Banks | None = None,
        *,
        keep_tail: bool = False,
        check: Callable[[], None] = _carry_on,
    ) -> None:
        self._rate = sample_rate
        self._banks = banks
        self._keep_tail = keep_tail
        self._check = check

    def take(self, samples: Samples, steps: Sequence[Drawn]) -> Rendered:
        """Render all steps and hold the whole take in memory; where a plugin fails, once more with a new process."""
        try:
            return self._take(samples, steps)
        except PluginFault:
            return self._take(samples, steps)

    def _take(self, samples: Samples, steps: Sequence[Drawn]) -> Rendered:
        blocks, rendered = self.stream(samples, steps, WHOLE_FRAMES)
        taken = _joined(list(blocks), rendered.samples)
        rendered.samples = taken.copy() if taken is samples else taken
        return rendered

    def stream(
        self,
        samples: Samples,
        steps: Sequence[Drawn],
        block_frames: int = STREAMED_FRAMES,
        time_map: TimeMap | None = None,
    ) -> tuple[Iterator[Samples], Rendered]:
        """Render all but the last stage, and give the last one's blocks as they are asked for.

        `Rendered.samples` is the last stage's input here: as long as the take will be, less a kept tail. `time_map`
        leads from the samples' time to their source's, in which regions are; without one they are the source.
        """
        rendered = Rendered(samples, time_map or TimeMap.identity(samples.shape[1] / self._rate))
        cut = stages(steps)
        for stage in cut[:-1]:
            blocks = self._checked(self._stage(stage, rendered, WHOLE_FRAMES))
            rendered.samples = _held(blocks, rendered.samples)
        last = self._stage(cut[-1], rendered, block_frames) if cut else _pieces(rendered.samples, block_frames)
        return self._checked(last), rendered

    def may_go_on(self, samples: Samples, steps: Sequence[Drawn], held_back: int) -> bool:
        """Whether steps give the same over what others gave as in one row with them, behind which they come so late.

        In a row each is ahead of the sound by what holds back those before it, and hears what these ring on by what
        holds back those behind.
        """
        row = list(takewhile(lambda step: not begins_stage(step), steps))
        try:
            return not row or not (held_back or any(self._latency(step, self._spec(samples)) for step in row))
        except PluginFault:  # whoever renders makes something of that
            return False

    def _latency(self, step: Drawn, spec: StreamSpec) -> int:
        transform = step.build()
        assert isinstance(transform, Streaming)
        return transform.processor(spec, draw_of(step, self._banks, self._rate)).latency

    def _checked(self, blocks: Iterator[Samples]) -> Iterator[Samples]:
        for block in blocks:
            self._check()
            yield block

    def _stage(self, stage: Stage, rendered: Rendered, block_frames: int) -> Iterator[Samples]:
        processors: list[Processor] = []
        if stage.head is not None:
            processors += self._head(stage.head, rendered)
        spec = self._spec(rendered.samples)
        for step in stage.rest:
            transform = step.build()
            assert isinstance(transform, Streaming)
            draw, where = draw_of(step, self._banks, self._rate), self._places(step, rendered)
            processors.append(inside.stream(transform, spec, draw, where, latency_of(processors)))
        rendered.held_back = latency_of(processors)
        processors = [one for one in processors if not isinstance(one, Unchanged)]
        if not processors:
            return _pieces(rendered.samples, block_frames)
        return run(processors, rendered.samples, self._tail(processors), block_frames)

    def _head(self, step: Drawn, rendered: Rendered) -> list[Processor]:
        """Do what needs the whole clip; gives the processor that streams with what was measured, if any."""
        self._check()
        transform: Transform = step.build()
        spec = self._spec(rendered.samples)
        draw, where = draw_of(step, self._banks, self._rate), self._places(step, rendered)
        if isinstance(transform, WholeClip):
            side_by_side = np.ascontiguousarray(rendered.samples)  # a track's frames are interleaved
            rendered.samples, own = inside.apply(transform, side_by_side, spec, draw, where)
            rendered.time_map = rendered.time_map.then(own)
            return []
        assert isinstance(transform, Measured)
        numbers = inside.measure(transform, rendered.samples, spec, draw, where)
        rendered.numbers[step.id] = numbers
        return [inside.measured(transform, spec, draw, numbers, where)]

    def _places(self, step: Drawn, rendered: Rendered) -> inside.Places | None:
        return inside.places(step.where, rendered.time_map, self._rate, rendered.samples.shape[1])

    def _spec(self, samples: Samples) -> StreamSpec:
        return StreamSpec(self._rate, samples.shape[0], samples.shape[1])

    def _tail(self, processors: Sequence[Processor]) -> int:
        if not self._keep_tail:
            return 0
        return min(sum(processor.tail for processor in processors), int(TAIL_SECONDS_MAX * self._rate))


def in_spite_of_plugins(
    stream: Callable[[], tuple[Iterator[Samples], Rendered]], notes: Notes
) -> Iterator[tuple[Samples, Rendered]]:
    """The blocks of a stream, begun anew where a plugin fails, and what is known of the take by then.

    What was given already is the same the second time and is left out. A plugin that fails again is bypassed from
    there on, and `notes` says so: that is for the window, which shows it, and not for an export.
    """
    given = 0
    for conduct in (STRICT, STRICT, Conduct(forgiving=True, notes=notes)):
        skip = given
        try:
            with conducted(conduct):
                blocks, rendered = stream()
            for block in blocks:
                fresh = block[:, skip:]
                skip = max(skip - block.shape[1], 0)
                if fresh.shape[1]:
                    given += fresh.shape[1]
                    yield fresh, rendered
            return
        except PluginFault:
            if conduct.forgiving:
                raise


def _pieces(samples: Samples, block_frames: int) -> Iterator[Samples]:
    """What no step changes, in blocks; a short clip is one, and itself."""
    if samples.shape[1] <= block_frames:
        yield samples
        return
    for start in range(0, samples.shape[1], block_frames):
        yield samples[:, start : start + block_frames]


def _held(blocks: Iterator[Samples], like: Samples) -> Samples:
    """What one stage leaves to the next: in memory, or mapped from a temporary file where the clip is long."""
    if like.nbytes <= HELD_BYTES:
        return _joined(list(blocks), like)
    with tempfile.TemporaryFile() as file:
        for block in blocks:
            file.write(np.ascontiguousarray(block.T).data)
        file.flush()
        return np.memmap(file, np.float32, "r").reshape(-1, like.shape[0]).T


def _joined(blocks: list[Samples], like: Samples) -> Samples:
    if len(blocks) == 1:
        return blocks[0]
    return np.concatenate(blocks, axis=1) if blocks else np.zeros((like.shape[0], 0), np.float32)


def render(
    samples: Samples, sample_rate: int, recipe: Recipe, *, banks: Banks | None = None,
    events: Sequence[Event] | None = None,
) -> Samples:  # fmt: skip
    """Render a recipe over samples, float32 (channels, frames); the input is left untouched.

    Args:
        samples: The source at the chain's working rate, full scale at 1.0.
        sample_rate: Frames a second of the samples.
        recipe: What `Chain.draw` gave for this source.
        banks: The folders that the recipe's bank steps play from; needed only if it has such steps.
        events: What is labelled in the samples; needed only if steps work inside or outside of events.

    Raises:
        BankError: A step needs a bank that is not bound, or whose recording has changed.
        PluginFault: A step's plugin is not here, may not be loaded (engine/plugins/permit.py), or failed twice.
        RenderError: The samples are not finite float32 of shape (channels, frames), or did not stay finite, or a step
            plays from a bank or works in events and none were given.
    """
    check_samples(samples)
    recipe = _placed(recipe, events)
    if banks is None:
        _check_no_bank(recipe)
    resolved = recipe if banks is None else banks.resolve(recipe)
    taken = Renderer(sample_rate, banks).take(samples, resolved.steps).samples
    check_taken(taken)
    return taken


def _placed(recipe: Recipe, events: Sequence[Event] | None) -> Recipe:
    if recipe.awaits_labels and events is None:
        raise RenderError("a step works in labelled events: give events=[Event(start_s, end_s, label), ...]")
    return recipe.placed(lambda: Labels(tuple(events or ()), "events"))


def _check_no_bank(recipe: Recipe) -> None:
    for step in recipe.steps:
        name = bank_of(step)
        if name is not None:
            raise RenderError(f"{step.id} plays from the bank {name}: give banks=Banks({{{name!r}: folder}})")


def check_taken(samples: Samples) -> None:
    """Raise `RenderError` for sound that no file may hold and no ear may hear."""
    if not np.isfinite(samples).all():
        raise RenderError("the chain gave samples that are not finite numbers")


def check_samples(samples: Samples) -> None:
    """Raise `RenderError` unless the samples are what every step may rely on."""
    if samples.ndim != 2 or samples.dtype != np.float32:
        raise RenderError(f"samples must be float32 of shape (channels, frames), not {samples.dtype} {samples.shape}")
    if samples.shape[0] < 1 or samples.shape[1] < 1:
        raise RenderError("the clip is empty: it has no frame of sound")
    if samples.shape[0] > samples.shape[1] and samples.shape[0] > 64:
        raise RenderError(f"samples of shape {samples.shape} look like (frames, channels); give them transposed")
    if not np.isfinite(samples).all():
        raise RenderError("the clip holds samples that are not finite numbers")
