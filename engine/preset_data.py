"""A chain as plain data and back: what the words of a preset mean.

Reading names the file, the line, the step and the parameter in every refusal, and refuses every word it does not
know, so that a misspelt parameter is never silently a default. The form is described in docs/presets.md.
"""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath
from typing import Any, NoReturn

from .chain import GUARD, GUARDS, TESTS_MAX, Chain, Group, Lock, Node, OneOf, SomeOf, Step
from .draws import KEY_BYTES
from .listening import CHAIN, ORIGINAL, TRIALS_MAX, TRIALS_MIN, Outcome, p_value
from .params import Setting, SettingError, Value
from .plugins.declared import PluginTransform
from .plugins.described import PluginRef
from .plugins.meant import meant
from .preset_plugin import name_from, parameter_from, ref_from
from .regions import END, START, Region, Span, events_data, events_from, span_data, span_from
from .transform import Transform, find
from .yaml_strict import Table

FORMAT = 1
STEPS_MAX = 500
TEXT_MAX = 2000
ID_MAX = 100

REDRAW_MAX = 10**9
DIGEST_BYTES = 8

_TOP = ("variophone", "name", "description", "bypassed", "steps", "fallback", "finally", "guard", "tests")
_PARTS = ("steps", "fallback", "finally")
_COMMON = ("id", "p", "enabled", "weight", "redraw")
_OF_STEPS = ("transform", "version", "plugin", "region", "locked", "key")
_OF_SPANS = (START.name, END.name, "outside")
_OF_EVENTS = ("events", "outside")
_OF_TESTS = ("date", "against", "trials", "correct", "p", "digest")


_KEY = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}\Z")
_TEST_FORMS = {
    "date": (re.compile(r"\d{4}-\d\d-\d\d\Z"), "a day such as '2026-01-31'"),
    "against": (re.compile(rf"(?:{ORIGINAL}|{CHAIN}.{{1,200}})\Z"), f"{ORIGINAL}, or {CHAIN.strip()} and a name"),
    "digest": (re.compile(rf"[0-9a-f]{{{2 * DIGEST_BYTES}}}\Z"), f"{2 * DIGEST_BYTES} digits from 0 to f"),
}


class PresetError(Exception):
    """A preset that cannot be used; the message is one sentence that names file, step and parameter.

    `line` counts from 1 where the trouble lies at a line of the preset's text.
    """

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence)
        self.line = line


def from_data(data: object, name: str) -> Chain:
    """The chain that a read preset describes; `name` is the file's, for the messages. Raises `PresetError`."""
    if not isinstance(data, Table):
        raise PresetError(f"{name}, line 1: is not a preset; a preset starts with the line `variophone: {FORMAT}`", 1)
    return _Reading(name).chain(data)


def to_data(chain: Chain) -> dict[str, Any]:
    """The chain as plain data, with every id and version."""
    data: dict[str, Any] = {"variophone": FORMAT, "name": chain.name}
    if chain.description:
        data["description"] = chain.description
    if chain.bypassed:
        data["bypassed"] = True
    data["steps"] = _nodes_data(chain.steps)
    if chain.fallback:
        data["fallback"] = _nodes_data(chain.fallback)
    if chain.finally_:
        data["finally"] = _nodes_data(chain.finally_)
    if chain.guard != GUARDS[0]:
        data["guard"] = chain.guard
    if chain.tests:
        data["tests"] = [_test_data(test) for test in chain.tests]
    return data


def digest(chain: Chain) -> str:
    """What a chain is known by as it sounds: without its name, its description and the tests made with it."""
    sounding = dataclasses.replace(chain, name="", description="", tests=())
    text = json.dumps(to_data(sounding), sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=DIGEST_BYTES).hexdigest()


def _test_data(test: Outcome) -> dict[str, Any]:
    counts = {"trials": test.trials, "correct": test.correct, "p": float(f"{test.p:.4g}")}
    return {"date": test.date, "against": test.against} | counts | {"digest": test.digest}


def _nodes_data(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    return [_step_data(node) if isinstance(node, Step) else _group_data(node) for node in nodes]


def _step_data(step: Step) -> dict[str, Any]:
    params = step.kind.params()
    data: dict[str, Any] = {"id": step.id, "transform": step.transform}
    data |= {"version": step.kind.version} if step.plugin is None else {"plugin": step.plugin.to_data()}
    data |= _common_data(step)
    if step.region is not None:
        data["region"] = _region_data(step.region)
    data |= {name: _short(params[name].to_data(setting)) for name, setting in step.settings}
    if step.lock is not None:
        data |= {"locked": _short(dict(step.lock.values)), "key": step.lock.key}
    return data


def _region_data(region: Region) -> Any:
    return _short(span_data(region)) if isinstance(region, Span) else events_data(region)


def _group_data(group: Group) -> dict[str, Any]:
    data = {"id": group.id} | _common_data(group)
    if isinstance(group, SomeOf):
        least, most = group.counts
        count = least if least == most else [least, most]
        return data | {"some_of": {"count": count, "of": _nodes_data(group.members)}}
    return data | {"one_of": _nodes_data(group.members)}


def _common_data(node: Step | Group) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if node.p != 1:
        data["p"] = _short(node.p)
    if not node.enabled:
        data["enabled"] = False
    if node.weight != 1:
        data["weight"] = _short(node.weight)
    if node.redraw:
        data["redraw"] = node.redraw
    return data


def _short(data: Any) -> Any:
    """Whole numbers without their `.0`: reading gives every parameter its own type again."""
    if isinstance(data, list):
        return [_short(item) for item in data]
    if isinstance(data, dict):
        return {key: _short(value) for key, value in data.items()}
    return int(data) if isinstance(data, float) and data.is_integer() and abs(data) < 1e15 else data


class _Reading:
    """One preset being read; counts the steps of each name for the ids that the file leaves out."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nth: Counter[str] = Counter()
        self._ids: set[str] = set()
        self._twice: int | None = None
        """The line of the first step whose id an earlier one or the guard has."""

    def chain(self, table: Table) -> Chain:
        self._format(table)
        self._only(table, _TOP, "")
        if "steps" not in table:
            self._refuse("has no `steps`; write `steps: []` for a chain without any", table.line)
        name = self._text(table, "name", PurePath(self._name).stem)
        description = self._text(table, "description", "")
        bypassed = self._flag(table, "bypassed", False, "")
        guard, tests = self._guard(table), self._tests(table)
        parts = {word: self._nodes(table.get(word, []), _Place(word, table)) for word in _PARTS}
        try:
            return Chain(
                name=name, description=description, bypassed=bypassed,
                steps=parts["steps"], fallback=parts["fallback"], finally_=parts["finally"], guard=guard,
                tests=tests,
            )  # fmt: skip
        except SettingError as error:
            self._refuse(str(error), self._twice)

    def _guard(self, table: Table) -> str:
        guard = table.get("guard", GUARDS[0])
        if guard not in GUARDS:
            self._refuse(f"`guard:` takes one of {', '.join(GUARDS)}, not {guard!r}", table.lines["guard"])
        return str(guard)

    def _tests(self, table: Table) -> tuple[Outcome, ...]:
        rows = table.get("tests", [])
        if not isinstance(rows, list) or len(rows) > TESTS_MAX or not all(isinstance(row, Table) for row in rows):
            self._refuse(f"`tests:` takes a list of at most {TESTS_MAX} results of blind tests", table.lines["tests"])
        return tuple(self._test(row, f"tests {number}") for number, row in enumerate(rows, start=1))

    def _test(self, row: Table, where: str) -> Outcome:
        self._only(row, _OF_TESTS, f"{where}: ")
        missing = next((word for word in _OF_TESTS if word not in row), None)
        if missing is not None:
            self._refuse(f"{where}: has no {missing}", row.line)
        trials = self._count_of(row, "trials", TRIALS_MIN, TRIALS_MAX, where)
        correct = self._count_of(row, "correct", 0, trials, where)
        p, exact = row["p"], p_value(correct, trials)
        if isinstance(p, bool) or not isinstance(p, int | float) or not math.isclose(p, exact, rel_tol=1e-3):
            self._refuse(f"{where}: p must be {exact:.4g} for {correct} of {trials}", row.lines["p"])
        words = {word: self._word_of(row, word, where) for word in _TEST_FORMS}
        return Outcome(trials=trials, correct=correct, **words)

    def _count_of(self, row: Table, word: str, low: int, high: int, where: str) -> int:
        value = row[word]
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self._refuse(f"{where}: {word} must be a whole number from {low} to {high}", row.lines[word])
        return value

    def _word_of(self, row: Table, word: str, where: str) -> str:
        value, (form, words) = row[word], _TEST_FORMS[word]
        if not isinstance(value, str) or not form.match(value):
            self._refuse(f"{where}: {word} must be {words}, as this program writes it", row.lines[word])
        return value

    def _format(self, table: Table) -> None:
        if "variophone" not in table:
            self._refuse(f"is not a preset: the line `variophone: {FORMAT}` is missing", table.line)
        number = table["variophone"]
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            self._refuse(f"`variophone:` takes the format's number, {FORMAT}", table.lines["variophone"])
        if number > FORMAT:
            self._refuse(
                f"is written in preset format {number}, and this program reads up to {FORMAT}; get a newer release",
                table.lines["variophone"],
            )

    def _nodes(self, data: object, place: _Place) -> tuple[Node, ...]:
        if not isinstance(data, list):
            self._refuse(f"{place.words}: must be a list of steps, each starting with `- `", place.line)
        return tuple(self._node(item, place.member(number, item)) for number, item in enumerate(data, start=1))

    def _node(self, data: object, place: _Place) -> Node:
        if not isinstance(data, Table):
            self._refuse(f"{place.words}: must be a step such as {{transform: HighPass}}", place.line)
        if self._nth.total() >= STEPS_MAX:
            self._refuse(f"has more than {STEPS_MAX} steps", place.line)
        readers: dict[str, Callable[[Table, _Place], Node]] = {
            "transform": self._step,
            "one_of": self._one_of,
            "some_of": self._some_of,
        }
        word = next((word for word in readers if word in data), None)
        if word is None:
            self._refuse(f"{place.words}: needs `transform:`, `one_of:` or `some_of:`", place.line)
        return readers[word](data, place)

    def _step(self, data: Table, place: _Place) -> Step:
        plugin = self._plugin(data, place)
        kind = self._kind(data, place) if plugin is None else self._plugin_kind(data, place, plugin)
        common = self._common(data, place, kind.__name__)
        place = place.named(str(common["id"]))
        if plugin is None:
            self._version(data, place, kind)
            plugin = kind.described.ref() if issubclass(kind, PluginTransform) else None
        params = kind.params()
        self._only(data, (*_OF_STEPS, *_COMMON, *params), f"{place.words}: ")
        settings: list[tuple[str, Setting]] = []
        for name, param in params.items():
            if name in data:
                try:
                    settings.append((name, param.from_data(data[name])))
                except SettingError as error:
                    self._refuse(f"{place.words}: {name} {error}", data.lines[name])
        lock = self._lock(data, place, kind, str(common["id"]))
        region = self._region(data, place)
        return Step(
            transform=kind.__name__, settings=tuple(settings), lock=lock, region=region, plugin=plugin, **common
        )  # fmt: skip

    def _plugin(self, data: Table, place: _Place) -> PluginRef | None:
        try:
            return ref_from(data["plugin"]) if "plugin" in data else None
        except SettingError as error:
            self._refuse(f"{place.words}: {error}", data.lines["plugin"])

    def _plugin_kind(self, data: Table, place: _Place, plugin: PluginRef) -> type[Transform]:
        """The plugin as it is on this computer, or what keeps its values where it is not."""
        locked = data.get("locked")
        said = [word for word in data if word not in (*_OF_STEPS, *_COMMON)]
        said += list(locked) if isinstance(locked, Table) else []
        for word in said:
            try:
                parameter_from(word)
            except SettingError as error:
                self._refuse(f"{place.words}: {error}", data.lines.get(word, place.line))
        try:
            return meant(name_from(data["transform"]), plugin, said)
        except SettingError as error:
            self._refuse(f"{place.words}: {error}", data.lines["transform"])

    def _region(self, data: Table, place: _Place) -> Region | None:
        if "region" not in data:
            return None
        inner = data["region"]
        if not isinstance(inner, Table) or not inner:
            written = "{start_s: 1, end_s: 2} or {events: [label]}"
            self._refuse(f"{place.words}: region is written {written}", data.lines["region"])
        of_events = "events" in inner
        self._only(inner, _OF_EVENTS if of_events else _OF_SPANS, f"{place.words}: region: ")
        try:
            return events_from(inner) if of_events else span_from(inner)
        except SettingError as error:
            self._refuse(f"{place.words}: {error}", inner.line)

    def _lock(self, data: Table, place: _Place, kind: type[Transform], step_id: str) -> Lock | None:
        if "locked" not in data:
            if "key" in data:
                self._refuse(f"{place.words}: key belongs to `locked:`, which is missing", data.lines["key"])
            return None
        inner = data["locked"]
        if not isinstance(inner, Table):
            self._refuse(f"{place.words}: locked is written {{parameter: value}}, or {{}}", data.lines["locked"])
        self._only(inner, tuple(kind.params()), f"{place.words}: locked: ")
        lock = Lock.of(step_id, tuple(self._held(inner, place, kind)))
        return Lock(lock.values, self._key(data, place)) if "key" in data else lock

    def _held(self, inner: Table, place: _Place, kind: type[Transform]) -> Iterator[tuple[str, Value]]:
        for name, param in kind.params().items():
            if name in inner:
                try:
                    yield name, param.check_value(inner[name])
                except SettingError as error:
                    self._refuse(f"{place.words}: locked {name} {error}", inner.lines[name])

    def _key(self, data: Table, place: _Place) -> str:
        key = data["key"]
        if not isinstance(key, str) or not _KEY.match(key):
            self._refuse(
                f"{place.words}: key must be {2 * KEY_BYTES} digits from 0 to f, as this program writes it (in "
                "quotation marks), or be left out",
                data.lines["key"],
            )
        return key

    def _kind(self, data: Table, place: _Place) -> type[Transform]:
        name = data["transform"]
        if not isinstance(name, str):
            self._refuse(f"{place.words}: `transform:` takes a transform's name", data.lines["transform"])
        try:
            return find(name)
        except SettingError as error:
            self._refuse(f"{place.words}: {error}", data.lines["transform"])

    def _version(self, data: Table, place: _Place, kind: type[Transform]) -> None:
        version = data.get("version", kind.version)
        if type(version) is not int or version != kind.version:
            self._refuse(
                f"{place.words}: is for version {version} of {kind.__name__}, and this program has version "
                f"{kind.version}, which sounds different; use the release that wrote it, or remove `version`",
                data.lines["version"],
            )

    def _one_of(self, data: Table, place: _Place) -> OneOf:
        common = self._common(data, place, "OneOf")
        place = place.named(str(common["id"]))
        self._only(data, ("one_of", *_COMMON), f"{place.words}: ")
        return OneOf(members=self._nodes(data["one_of"], place), **common)

    def _some_of(self, data: Table, place: _Place) -> SomeOf:
        common = self._common(data, place, "SomeOf")
        place = place.named(str(common["id"]))
        self._only(data, ("some_of", *_COMMON), f"{place.words}: ")
        inner = data["some_of"]
        if not isinstance(inner, Table) or set(inner) != {"count", "of"}:
            self._refuse(f"{place.words}: is written some_of: {{count: [1, 3], of: [...]}}", place.line)
        members = self._nodes(inner["of"], place)
        least, most = self._count(inner, len(members), place)
        return SomeOf(members=members, least=least, most=most, **common)

    def _count(self, inner: Table, available: int, place: _Place) -> tuple[int, int]:
        count = inner["count"]
        ends = [end for end in (count if isinstance(count, list) else [count] * 2) if type(end) is int]
        if len(ends) != 2 or count not in (ends, ends[0]) or not 0 <= ends[0] <= ends[1] <= available:
            self._refuse(
                f"{place.words}: count must be a whole number or [least, most] between 0 and its {available} steps",
                inner.lines["count"],
            )
        return ends[0], ends[1]

    def _common(self, data: Table, place: _Place, label: str) -> dict[str, Any]:
        self._nth[label] += 1
        name = data.get("id", f"{label}#{self._nth[label]}")
        if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) <= ID_MAX:
            self._refuse(f"{place.words}: id must be a word of 1 to {ID_MAX} printable characters", data.lines["id"])
        self._twice = self._twice or (place.line if name in self._ids or name == GUARD else None)
        self._ids.add(name)
        place = place.named(name)
        return {
            "id": name,
            "enabled": self._flag(data, "enabled", True, f"{place.words}: "),
            "p": self._number(data, "p", 1.0, place),
            "weight": self._number(data, "weight", 1e6, place),
            "redraw": self._redraw(data, place),
        }

    def _flag(self, data: Table, word: str, default: bool, where: str) -> bool:
        value = data.get(word, default)
        if not isinstance(value, bool):
            self._refuse(f"{where}{word} must be true or false, not {value!r}", data.lines[word])
        return value

    def _redraw(self, data: Table, place: _Place) -> int:
        value = data.get("redraw", 0)
        if type(value) is not int or not 0 <= value <= REDRAW_MAX:
            self._refuse(f"{place.words}: redraw must be a whole number from 0 on, not {value!r}", data.lines["redraw"])
        return value

    def _number(self, data: Table, word: str, high: float, place: _Place) -> float:
        value = data.get(word, 1.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self._refuse(f"{place.words}: {word} must be a number, not {value!r}", data.lines[word])
        if not 0 <= value <= high:
            self._refuse(f"{place.words}: {word} {value:g} is outside 0 … {high:g}", data.lines[word])
        return float(value)

    def _text(self, table: Table, word: str, default: str) -> str:
        value = table.get(word, default)
        if not isinstance(value, str) or len(value) > TEXT_MAX:
            self._refuse(f"`{word}:` takes text of at most {TEXT_MAX} characters", table.lines[word])
        return value

    def _only(self, table: Table, known: Sequence[str], where: str) -> None:
        for word in table:
            if word not in known:
                near = difflib.get_close_matches(word, known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"it takes {', '.join(known)}"
                self._refuse(f"{where}{word!r} is not known here; {hint}", table.lines[word])

    def _refuse(self, sentence: str, line: int | None) -> NoReturn:
        at = f", line {line}" if line else ""  # what was no text has no lines
        raise PresetError(f"{self._name}{at}: {sentence}", line)


class _Place:
    """Where in the preset the reading is: words for a message, and the line."""

    def __init__(self, words: str, table: Table, line: int | None = None) -> None:
        self.words = words
        self.line = line or table.lines.get(words, table.line)
        self._table = table
        self._position = "step" if words == "steps" else words

    def member(self, number: int, item: object) -> _Place:
        """The place of one step of this list."""
        line = item.line if isinstance(item, Table) else self.line
        joint = "." if self._position[-1:].isdigit() else " "
        return _Place(f"{self._position}{joint}{number}", self._table, line)

    def named(self, node_id: str) -> _Place:
        """The same place, with the step's id."""
        place = _Place(self._position, self._table, self.line)
        place.words = f"{self._position} ({node_id})"
        return place
