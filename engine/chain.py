"""A chain: what people edit. Steps with values or ranges, groups of them, a fallback and what always comes last.

All of it is frozen; an edit makes a new chain. `Chain.draw` turns it into a `Recipe` for one source and variant.
Every draw is keyed by (seed, source, variant, step id, parameter), so moving, adding or muting a step changes no
other step's draw. A `redraw` counter enters the key of its step or group where it is not 0; a `Lock` has a key itself.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from .draws import Key
from .listening import Outcome
from .params import Bank, Options, Param, Range, Setting, SettingError, Value
from .plugins import permit
from .plugins.declared import PluginTransform, declare
from .plugins.described import Described, PluginRef
from .plugins.meant import meant
from .recipe import Drawn, Recipe
from .regions import Region
from .transform import Transform, find

REDRAWS_MAX = 1000
"""So many sets of draws are looked through for one in which a step is taken."""

TESTS_MAX = 50
"""So many results of blind tests a chain keeps."""

GUARDS = ("scale", "limit", "none")
"""What the last step of a chain does about sound beyond full scale: turn all of it down, its peaks alone, nothing."""
GUARD = "guard"
"""The id of that step, which no other has."""
GUARD_KIND = "LevelGuard"


@dataclass(frozen=True)
class Lock:
    """What a step is held to in every draw: values for some of its parameters, and the key of all else."""

    values: tuple[tuple[str, Value], ...]
    key: str

    @classmethod
    def of(cls, step_id: str, values: tuple[tuple[str, Value], ...]) -> Lock:
        """The lock of a step whose key nobody wrote down: it has one of its id alone."""
        return cls(values, Key.of("locked", step_id).hex)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One transform in a chain; a parameter that is not in `settings` has its default."""

    id: str
    transform: str
    settings: tuple[tuple[str, Setting], ...] = ()
    p: float = 1.0
    enabled: bool = True
    weight: float = 1.0
    """How likely a group picks it, relative to its siblings; outside a group it says nothing."""
    redraw: int = 0
    """Which set of draws: counting it up draws this step anew, in every take, and no other."""
    lock: Lock | None = None
    """A locked step is taken by every draw, whatever its p and weight, and always the same."""
    region: Region | None = None
    """Where in the source it works; None is everywhere."""
    plugin: PluginRef | None = None
    """Which plugin it is, where it is one, and the state that its own window left."""

    @property
    def kind(self) -> type[Transform]:
        """The transform's class; of a plugin that is not here, one that keeps what was set."""
        if self.plugin is None:
            return find(self.transform)
        held = () if self.lock is None else self.lock.values
        return meant(self.transform, self.plugin, (name for name, _ in (*self.settings, *held)))

    @property
    def needed(self) -> PluginRef | None:
        """The plugin that it is, as its preset named it or as it is here."""
        kind = self.kind
        return self.plugin or (kind.described.ref() if issubclass(kind, PluginTransform) else None)

    def setting(self, name: str) -> Setting:
        """The parameter's setting, or its default."""
        default: Value = self.kind.params()[name].default
        return dict(self.settings).get(name, default)

    def with_setting(self, name: str, setting: Setting) -> Step:
        """The step with one parameter set, checked; raises `SettingError`. A plain value ends a lock's hold of it."""
        params = self.kind.params()
        if name not in params:
            raise SettingError(f"{self.id}: {self.transform} has no parameter {name}; it has {', '.join(params)}")
        settings = dict(self.settings)
        settings[name] = _checked(self.id, params[name], setting)
        ordered = tuple((known, settings[known]) for known in params if known in settings)
        lock = self.lock
        if lock is not None and not isinstance(settings[name], Range | Options):
            lock = dataclasses.replace(lock, values=tuple(held for held in lock.values if held[0] != name))
        return dataclasses.replace(self, settings=ordered, lock=lock)

    def with_region(self, region: Region | None) -> Step:
        """The step that works in a region only, checked, or everywhere; raises `SettingError`."""
        try:
            return dataclasses.replace(self, region=None if region is None else region.checked())
        except SettingError as error:
            raise SettingError(f"{self.id}: {error}") from None

    def locked_as(self, drawn: Drawn) -> Step:
        """The step held to what a draw made of it; the ranges stay, and plain values can still be changed."""
        ranged = {name for name, setting in self.settings if isinstance(setting, Range | Options)}
        values = tuple((name, value) for name, value in drawn.values if name in ranged)
        return dataclasses.replace(self, lock=Lock(values, drawn.key))

    def draw(self, key: Key) -> Drawn:
        """The step with every parameter drawn, or as its lock holds it."""
        held: dict[str, Value] = {}
        if self.lock is not None:
            held, key = dict(self.lock.values), Key.from_hex(self.lock.key)
        values: list[tuple[str, Value]] = []
        kind, settings = self.kind, dict(self.settings)
        for name, param in kind.params().items():
            setting = settings.get(name, param.default)
            if name in held:
                values.append((name, held[name]))
            elif isinstance(setting, Range | Options):
                values.append((name, param.draw(setting, key.uniform(name))))
            else:
                values.append((name, setting))
        where = None if self.region is None else self.region.drawn(key)
        return Drawn(self.id, self.transform, kind.version, tuple(values), key.hex, (), where, self.needed)


def _checked(step: str, param: Param, setting: Setting) -> Setting:
    try:
        return param.check(setting)
    except SettingError as error:
        raise SettingError(f"{step}: {param.name} {error}") from None


@dataclass(frozen=True, kw_only=True)
class Group:
    """Steps of which a draw takes some: `OneOf` and `SomeOf`."""

    id: str
    members: tuple[Node, ...]
    p: float = 1.0
    enabled: bool = True
    weight: float = 1.0
    redraw: int = 0
    """Which set of draws: counting it up picks anew, in every take."""

    def how_many(self, key: Key, available: int, locked: int) -> int:
        """How many members this draw takes of those that it could, and of which so many are locked."""
        raise NotImplementedError

    def pick(self, key: Key) -> list[Node]:
        """The members that this draw takes, in chain order: the locked ones, then by weight without replacement.

        Each member has a key of its own (Efraimidis and Spirakis 2006), so that adding one does not redraw the rest.
        """
        locked = [node for node in self.members if is_locked(node)]
        able = [node for node in self.members if node.enabled and node.weight > 0 and not is_locked(node)]
        scores = {node.id: key.uniform("pick", node.id) ** (1 / node.weight) for node in able}
        ranked = [*locked, *sorted(able, key=lambda node: -scores[node.id])]
        best = ranked[: self.how_many(key, len(ranked), len(locked))]
        return [node for node in self.members if node in best]


@dataclass(frozen=True, kw_only=True)
class OneOf(Group):
    """A group of which exactly one member is taken: the first locked one, if there is any."""

    def how_many(self, key: Key, available: int, locked: int) -> int:
        """One."""
        return 1


@dataclass(frozen=True, kw_only=True)
class SomeOf(Group):
    """A group of which between `least` and `most` members are taken; more, if more are locked.

    A group that lost members draws as its preset would, which asks for no more than there are.
    """

    least: int = 1
    most: int = 1

    @property
    def counts(self) -> tuple[int, int]:
        """`least` and `most`, and no more than there are members."""
        return min(self.least, len(self.members)), min(self.most, len(self.members))

    def how_many(self, key: Key, available: int, locked: int) -> int:
        """A number from least to most, each equally likely."""
        least, most = self.counts
        drawn = least + int(key.uniform("count") * (most - least + 1))
        return min(max(drawn, locked), available)


Node: TypeAlias = Step | OneOf | SomeOf


@dataclass(frozen=True, kw_only=True)
class Chain:
    """A named policy; `fallback` is used when no step was drawn, `finally_` is always applied last.

    A bypassed chain draws nothing at all: what goes in comes out, in the window and in an export alike. `guard` is
    what becomes of peaks that no format holds, behind all steps of a draw that took any. `tests` are the blind tests
    that were made with it, the oldest first; no draw knows of them.
    """

    name: str = "Untitled"
    description: str = ""
    steps: tuple[Node, ...] = ()
    fallback: tuple[Node, ...] = ()
    finally_: tuple[Node, ...] = ()
    bypassed: bool = False
    guard: str = GUARDS[0]
    tests: tuple[Outcome, ...] = ()

    def __post_init__(self) -> None:
        if self.guard not in GUARDS:
            raise SettingError(f"guard must be one of {', '.join(GUARDS)}, not {self.guard}")
        ids = Counter(node.id for node in self.walk())
        twice = [name for name, count in ids.items() if count > 1]
        if twice:
            raise SettingError(f"two steps have the id {min(twice)}; give each its own")
        if GUARD in ids:
            raise SettingError(f"the id {GUARD} is that of the chain's last step; give the step another")

    def with_test(self, test: Outcome) -> Chain:
        """The chain with what came of one more test; the oldest of too many are forgotten."""
        return dataclasses.replace(self, tests=(*self.tests, test)[-TESTS_MAX:])

    def walk(self) -> Iterator[Node]:
        """Every step and group, groups before their members, in order."""
        for part in (self.steps, self.fallback, self.finally_):
            yield from _walk(part)

    def find(self, node_id: str) -> Node:
        """The step or group of that id; raises KeyError."""
        for node in self.walk():
            if node.id == node_id:
                return node
        raise KeyError(node_id)

    def banks(self) -> set[str]:
        """The names of the banks that a draw may need."""
        names: set[str] = set()
        for node in () if self.bypassed else _drawable((*self.steps, *self.fallback, *self.finally_)):
            name = isinstance(node, Step) and node.kind.bank_param()
            if isinstance(node, Step) and name:
                setting = node.setting(name)
                options = getattr(setting, "values", (setting,))
                names.update(str(option) for option in options)
        return names

    def plugins(self) -> tuple[PluginRef, ...]:
        """The plugins that a draw may need, in order."""
        if self.bypassed:
            return ()
        nodes = _drawable((*self.steps, *self.fallback, *self.finally_))
        return tuple(dict.fromkeys(ref for node in nodes if isinstance(node, Step) and (ref := node.needed)))

    def draw(self, seed: int, source: str, variant: int) -> Recipe:
        """One draw, for the source of that id; the same arguments give the same recipe everywhere.

        What renders it raises `PluginFault` or `SettingError` where a plugin is not here or was not allowed.
        """
        return self._recipe(seed, source, variant, lambda _: True)

    def draw_here(self, seed: int, source: str, variant: int) -> Recipe:
        """The same without the plugins that may not run on this computer, for whoever says elsewhere which these are.

        A take that is kept needs `draw`: one that sounds as if a step had been applied would be a lie.
        """
        return self._recipe(seed, source, variant, lambda step: step.plugin is None or permit.runs(step.plugin))

    def _recipe(self, seed: int, source: str, variant: int, runs: Callable[[Drawn], bool]) -> Recipe:
        def key(node: Node) -> Key:
            return _key(node, seed, source, variant)

        if self.bypassed:
            return Recipe(seed, source, variant, ())
        drawn = list(_draw(self.steps, key))
        fallback = not drawn and bool(self.fallback)
        if fallback:
            drawn = list(_draw(self.fallback, key))
        drawn += _draw(self.finally_, key)
        drawn = [step for step in drawn if runs(step)]
        if drawn and self.guard != "none":
            drawn.append(_guard(self.guard))
        return Recipe(seed, source, variant, tuple(drawn), fallback)

    def locked(self, step_id: str, seed: int, source: str, variant: int) -> Chain:
        """The chain with a step held to what this draw makes of it, or would make of it if it took it."""

        def change(node: Node) -> tuple[Node, ...]:
            return (node.locked_as(node.draw(_key(node, seed, source, variant))) if isinstance(node, Step) else node,)

        return self.with_changed(step_id, change)

    def redrawn(self, node_id: str, seed: int, source: str, variant: int) -> Chain:
        """The chain with a node counted up to the next set of draws in which its p lets this draw take it."""

        def change(node: Node) -> tuple[Node, ...]:
            further = (dataclasses.replace(node, redraw=node.redraw + count) for count in range(1, REDRAWS_MAX))
            able = (again for again in further if _key(again, seed, source, variant).uniform("p") < node.p)
            return (next(able, dataclasses.replace(node, redraw=node.redraw + 1)),)

        return self.with_changed(node_id, change)

    def new_id(self, name: str) -> str:
        """A free id for a step or group of that name: `<name>#<n>`."""
        taken = {node.id for node in self.walk()}
        count = 1
        while f"{name}#{count}" in taken:
            count += 1
        return f"{name}#{count}"

    def with_changed(self, node_id: str, change: Callable[[Node], tuple[Node, ...]]) -> Chain:
        """The chain with one node replaced by what `change` makes of it: none, one or several nodes."""
        return dataclasses.replace(
            self,
            steps=_changed(self.steps, node_id, change),
            fallback=_changed(self.fallback, node_id, change),
            finally_=_changed(self.finally_, node_id, change),
        )

    def replaced(self, node: Node) -> Chain:
        """The chain with the node of the same id replaced."""
        return self.with_changed(node.id, lambda _: (node,))

    def without(self, node_id: str) -> Chain:
        """The chain without one step or group."""
        return self.with_changed(node_id, lambda _: ())

    def with_step(self, step: Node, index: int | None = None) -> Chain:
        """The chain with a step put in at a place of `steps`, at the end by default."""
        place = len(self.steps) if index is None else index
        return dataclasses.replace(self, steps=(*self.steps[:place], step, *self.steps[place:]))

    def moved(self, node_id: str, by: int) -> Chain:
        """The chain with a node moved among its siblings by so many places, as far as there are places."""
        return dataclasses.replace(
            self,
            steps=_moved(self.steps, node_id, by),
            fallback=_moved(self.fallback, node_id, by),
            finally_=_moved(self.finally_, node_id, by),
        )


def new_step(chain: Chain, transform: str) -> Step:
    """A step of that transform with its defaults and an id that is free in the chain."""
    step = Step(id=chain.new_id(transform), transform=transform)
    return dataclasses.replace(step, plugin=step.needed)


def declared_anew(step: Step, here: Described) -> Step:
    """A plugin's step with another version of it, and with what of its settings that one can have."""
    params = declare(here).params()
    state = step.plugin.state if step.plugin is not None else ""
    asked = dict(step.settings)
    fitting = tuple(
        (name, asked[name]) for name, param in params.items() if name in asked and _fits(param, asked[name])
    )
    lock = step.lock
    if lock is not None:
        held = tuple((name, value) for name, value in lock.values if name in params and _fits(params[name], value))
        lock = dataclasses.replace(lock, values=held)
    return dataclasses.replace(step, transform=here.name, settings=fitting, lock=lock, plugin=here.ref(state))


def _fits(param: Param, setting: Setting) -> bool:
    try:
        param.check(setting)
    except SettingError:
        return False
    return True


def is_locked(node: Node) -> bool:
    """Whether every draw takes the step, because it is locked, or the group, because a step in it is."""
    if isinstance(node, Step):
        return node.enabled and node.lock is not None
    return node.enabled and any(is_locked(member) for member in node.members)


def bank_of(step: Drawn) -> str | None:
    """The bank that a drawn step plays from, if it plays from one."""
    for name, param in step.kind.params().items():
        if isinstance(param, Bank):
            return str(dict(step.values)[name])
    return None


def _guard(mode: str) -> Drawn:
    """The guard as a drawn step: the same in every draw, with nothing in it that is drawn."""
    step = Step(id=GUARD, transform=GUARD_KIND, settings=(("mode", mode),))
    return step.draw(Key.of(GUARD, mode))


def _key(node: Node, seed: int, source: str, variant: int) -> Key:
    again = ("redraw", node.redraw) if node.redraw else ()
    return Key.of(seed, source, variant, node.id, *again)


def _walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        if isinstance(node, Group):
            yield from _walk(node.members)


def _drawable(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """The steps and groups that a draw may take, without those that are muted or have no chance."""
    for node in nodes:
        if is_locked(node) or (node.enabled and node.p > 0):
            yield node
            if isinstance(node, Group):
                able = tuple(member for member in node.members if member.weight > 0 or is_locked(member))
                yield from _drawable(able)


def _draw(nodes: tuple[Node, ...], key: Callable[[Node], Key]) -> Iterator[Drawn]:
    for node in nodes:
        own = key(node)
        if not node.enabled:
            continue
        if node.p < 1 and own.uniform("p") >= node.p and not is_locked(node):
            continue
        if isinstance(node, Step):
            yield node.draw(own)
        else:
            yield from _draw(tuple(node.pick(own)), key)


def _changed(nodes: tuple[Node, ...], node_id: str, change: Callable[[Node], tuple[Node, ...]]) -> tuple[Node, ...]:
    changed: list[Node] = []
    for node in nodes:
        if node.id == node_id:
            changed.extend(change(node))
        elif isinstance(node, Step):
            changed.append(node)
        else:
            members = _changed(node.members, node_id, change)
            changed.append(dataclasses.replace(node, members=members))
    return tuple(changed)


def _moved(nodes: tuple[Node, ...], node_id: str, by: int) -> tuple[Node, ...]:
    place = next((index for index, node in enumerate(nodes) if node.id == node_id), None)
    if place is None:
        return tuple(
            node if isinstance(node, Step) else dataclasses.replace(node, members=_moved(node.members, node_id, by))
            for node in nodes
        )
    rest = [node for node in nodes if node.id != node_id]
    rest.insert(min(max(place + by, 0), len(rest)), nodes[place])
    return tuple(rest)
