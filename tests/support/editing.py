"""A user who turns everything there is to turn while it plays: seeded edits of the document and of what is heard."""

from __future__ import annotations

import contextlib
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from engine.chain import GUARDS, Group, Node, Step
from engine.files.encode import Encoding, encode
from engine.params import Choice, Number, Options, Param, Range, Setting, SettingError
from engine.playback.messages import Seek
from engine.preset import find, load, shipped
from engine.regions import Events, Region, Span
from engine.transform import registered
from gui.app import Application
from gui.chain.tree import GROUPS

MOST_NODES = 7
LONGEST_S = 4.0
"""Where the ends of regions and loops and the aims of seeks lie."""
REMEMBERED = 12


class Editing:
    """Does one random thing at a time; `last` says what, so that a failure can be read, and `done` how often."""

    def __init__(self, application: Application, seed: int) -> None:
        self._application = application
        self._editor = application.window.chain.editor
        self._random = random.Random(seed)
        self._transforms = self._dealt([name for name, kind in registered().items() if kind.bank_param() is None])
        self._presets = self._dealt([name for name in shipped() if not load(find(name)).banks()])
        self.done: Counter[str] = Counter()
        self.last: deque[str] = deque(maxlen=REMEMBERED)
        self._deeds: tuple[tuple[str, int, Callable[[], object]], ...] = (
            ("value", 20, partial(self._set, self._value)),
            ("range", 8, partial(self._set, self._range)),
            ("order", 5, self._move),
            ("power", 5, self._power),
            ("add", 8, self._add),
            ("replace", 2, self._replace),
            ("remove", 4, self._remove),
            ("group", 3, self._group),
            ("p", 3, self._p),
            ("preset", 1, self._preset),
            ("new draw", 4, application.window.draws.new_draw),
            ("draw again", 3, self._redraw),
            ("lock", 3, self._lock),
            ("region", 4, self._region),
            ("guard", 2, lambda: self._editor.set_guard(self._random.choice(GUARDS))),
            ("bypass", 2, lambda: self._editor.set_bypassed(not self._editor.chain.bypassed)),
            ("freeze", 3, self._freeze),
            ("A or B", 3, self._a_or_b),
            ("copy or swap A and B", 1, self._copy_or_swap),
            ("another file", 2, self._another_file),
            ("original or take", 3, application.audition.toggle_heard),
            ("seek", 6, lambda: application.audition.send(Seek(self._random.uniform(0.0, LONGEST_S)))),
            ("loop", 3, self._loop),
            ("undo", 6, application.store.undo),
            ("redo", 3, application.store.redo),
        )
        self._next = self._dealt(self.kinds)

    @property
    def kinds(self) -> list[str]:
        """What there is to do, each as often as it comes before it comes again."""
        return [name for name, often, _ in self._deeds for _ in range(often)]

    def act(self) -> None:
        """One edit; a setting that is refused, as the window refuses it, counts as one.

        Within as many edits as there are `kinds`, all of them come.
        """
        deeds = {name: deed for name, _, deed in self._deeds}
        name = next(self._next)
        self.last.append(name)
        self.done[name] += 1
        with contextlib.suppress(SettingError):
            deeds[name]()
        if not self._application.store.project.sources:
            self._application.store.redo()  # undone to where there was nothing to play yet

    def _dealt(self, names: list[str]) -> Iterator[str]:
        """All of them in a random order before any comes again."""
        while True:
            yield from self._random.sample(sorted(names), len(names))

    def _node(self, kind: type[Node] | None = None) -> Node | None:
        nodes = [node for node in self._editor.chain.walk() if kind is None or isinstance(node, kind)]
        node = self._random.choice(nodes) if nodes else None
        if node is not None:
            self.last[-1] += f" {node.id}"
        return node

    def _step(self) -> Step | None:
        node = self._node(Step)
        return node if isinstance(node, Step) else None

    def _set(self, setting: Callable[[Param], Setting]) -> None:
        step = self._step()
        if step is None or not step.kind.params():
            return
        param = self._random.choice(list(step.kind.params().values()))
        chosen = setting(param)
        self.last[-1] += f" {param.name} {chosen}"
        self._editor.set_setting(step.id, param.name, chosen, None)

    def _value(self, param: Param) -> Setting:
        if isinstance(param, Number):
            return param.value_at(self._random.random())
        return self._random.choice(param.options if isinstance(param, Choice) else (True, False))

    def _range(self, param: Param) -> Setting:
        if isinstance(param, Number):
            return Range(*sorted(param.value_at(self._random.random()) for _ in range(2)))
        return Options(tuple(dict.fromkeys((self._plain(param), self._plain(param)))))

    def _plain(self, param: Param) -> float | int | str | bool:
        value = self._value(param)
        assert not isinstance(value, Range | Options)
        return value

    def _move(self) -> None:
        if (node := self._node()) is not None:
            self._editor.move(node.id, self._random.choice((-2, -1, 1, 2)))

    def _power(self) -> None:
        if (node := self._node()) is not None:
            self._editor.set_power(node.id, not node.enabled)

    def _p(self) -> None:
        if (node := self._node()) is not None:
            self._editor.set_p(node.id, self._random.choice((0.0, 0.5, 1.0)), None)

    def _add(self) -> None:
        if len(list(self._editor.chain.walk())) >= MOST_NODES:
            self._remove()
            return
        self.last[-1] += f" {self._editor.add(next(self._transforms))}"

    def _replace(self) -> None:
        if (step := self._step()) is not None:
            self._editor.replace(step.id, next(self._transforms))

    def _remove(self) -> None:
        if (node := self._node()) is not None:
            self._editor.remove(node.id)

    def _group(self) -> None:
        """Put a group around a node, or its members in its place."""
        node = self._node()
        if isinstance(node, Group):
            self._editor.unwrap(node.id)
        elif node is not None:
            self._editor.wrap(node.id, self._random.choice(list(GROUPS)))

    def _preset(self) -> None:
        name = next(self._presets)
        self.last[-1] += f" {name}"
        self._application.window.chain.presets.choose(name)

    def _redraw(self) -> None:
        if (node := self._node()) is not None:
            self._editor.redraw(node.id)

    def _lock(self) -> None:
        if (step := self._step()) is not None:
            self._editor.set_locked(step.id, step.lock is None)

    def _region(self) -> None:
        step = self._step()
        if step is not None:
            start_s, end_s = sorted(round(self._random.uniform(0.0, LONGEST_S), 2) for _ in range(2))
            outside = self._random.random() < 0.3
            regions: tuple[Region | None, ...] = (None, Span(start_s, end_s, outside), Events((), outside))
            self._editor.set_region(step.id, self._random.choice(regions), None)

    def _freeze(self) -> None:
        """The steps in no group; the window offers it for those that run live."""
        steps = [node for node in self._editor.chain.steps if isinstance(node, Step)]
        if steps:
            step = self._random.choice(steps)
            self._editor.set_frozen(step.id, step.id not in self._application.store.project.frozen)

    def _a_or_b(self) -> None:
        """Which chain is looked at is no edit; to begin a second one is."""
        store = self._application.store
        shown = store.project.showing(store.project.other_letter)
        if store.project.aside is None:
            store.commit("Begin another chain", shown)
        else:
            store.amend(shown)

    def _copy_or_swap(self) -> None:
        project = self._application.store.project
        copied = project.copied(self._random.choice((project.letter, project.other_letter)))
        self._application.store.commit("Copy or swap", self._random.choice((copied, project.swapped())))

    def _another_file(self) -> None:
        project = self._application.store.project
        path = self._random.choice(project.readable).path
        self._application.store.amend(replace(project, selected=path))

    def _loop(self) -> None:
        if self._random.random() < 0.5:
            self._application.audition.set_looping(True)
        else:
            start_s = self._random.uniform(0.0, LONGEST_S)
            self._application.audition.set_loop(start_s, start_s + self._random.uniform(0.1, 1.0))


def write_recordings(folder: Path, seed: int) -> list[Path]:
    """Two short recordings at the card's rate, in stereo and mono, and one at another rate."""
    noise = np.random.default_rng(seed)
    paths = []
    for name, rate, channels in (("one.wav", 48_000, 2), ("two.wav", 48_000, 1), ("three.wav", 44_100, 2)):
        frames = 2 * rate
        swell = 0.2 + np.abs(np.sin(np.arange(frames) / rate * 5))
        samples = (noise.normal(0, 0.15, (channels, frames)) * swell).clip(-1, 1).astype(np.float32)
        encode(folder / name, samples, rate, Encoding("wav", "16"))
        paths.append(folder / name)
    return paths
