"""A chain as plain data and back: what the words of a preset mean.

Reading names the file, the line, the step and the parameter in every refusal, and refuses every word it does not
know, so that a misspelt parameter is never silently a default. The form is described in docs/presets.md.
"""

from __future__ import annotations

import difflib
import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Any, NoReturn

from .chain import Chain, Group, Node, OneOf, SomeOf, Step
from .params import Setting, SettingError
from .transform import Transform, find
from .yaml_strict import Table

FORMAT = 1
STEPS_MAX = 500
TEXT_MAX = 2000
ID_MAX = 100

_TOP = ("variophone", "name", "description", "steps", "fallback", "finally")
_COMMON = ("id", "p", "enabled", "weight")


class PresetError(Exception):
    """A preset that cannot be used; the message is one sentence that names file, step and parameter."""


def from_data(data: object, name: str) -> Chain:
    """The chain that a read preset describes; `name` is the file's, for the messages. Raises `PresetError`."""
    if not isinstance(data, Table):
        raise PresetError(f"{name}: is not a preset; a preset starts with the line `variophone: {FORMAT}`")
    return _Reading(name).chain(data)


def to_data(chain: Chain) -> dict[str, Any]:
    """The chain as plain data, with every id and version."""
    data: dict[str, Any] = {"variophone": FORMAT, "name": chain.name}
    if chain.description:
        data["description"] = chain.description
    data["steps"] = _nodes_data(chain.steps)
    if chain.fallback:
        data["fallback"] = _nodes_data(chain.fallback)
    if chain.finally_:
        data["finally"] = _nodes_data(chain.finally_)
    return data


def _nodes_data(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    return [_step_data(node) if isinstance(node, Step) else _group_data(node) for node in nodes]


def _step_data(step: Step) -> dict[str, Any]:
    params = step.kind.params()
    data: dict[str, Any] = {"id": step.id, "transform": step.transform, "version": step.kind.version}
    data |= _common_data(step)
    return data | {name: _short(params[name].to_data(setting)) for name, setting in step.settings}


def _group_data(group: Group) -> dict[str, Any]:
    data = {"id": group.id} | _common_data(group)
    if isinstance(group, SomeOf):
        count = group.least if group.least == group.most else [group.least, group.most]
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

    def chain(self, table: Table) -> Chain:
        self._format(table)
        self._only(table, _TOP, "")
        if "steps" not in table:
            self._refuse("has no `steps`; write `steps: []` for a chain without any", table.line)
        name = self._text(table, "name", PurePath(self._name).stem)
        description = self._text(table, "description", "")
        parts = {word: self._nodes(table.get(word, []), _Place(word, table)) for word in _TOP[3:]}
        try:
            return Chain(
                name=name, description=description,
                steps=parts["steps"], fallback=parts["fallback"], finally_=parts["finally"],
            )  # fmt: skip
        except SettingError as error:
            self._refuse(str(error), None)

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
        kind = self._kind(data, place)
        common = self._common(data, place, kind.__name__)
        place = place.named(str(common["id"]))
        self._version(data, place, kind)
        params = kind.params()
        self._only(data, ("transform", "version", *_COMMON, *params), f"{place.words}: ")
        settings: list[tuple[str, Setting]] = []
        for name, param in params.items():
            if name in data:
                try:
                    settings.append((name, param.from_data(data[name])))
                except SettingError as error:
                    self._refuse(f"{place.words}: {name} {error}", data.lines[name])
        return Step(transform=kind.__name__, settings=tuple(settings), **common)

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
        return OneOf(members=self._members(data["one_of"], place), **common)

    def _some_of(self, data: Table, place: _Place) -> SomeOf:
        common = self._common(data, place, "SomeOf")
        place = place.named(str(common["id"]))
        self._only(data, ("some_of", *_COMMON), f"{place.words}: ")
        inner = data["some_of"]
        if not isinstance(inner, Table) or set(inner) != {"count", "of"}:
            self._refuse(f"{place.words}: is written some_of: {{count: [1, 3], of: [...]}}", place.line)
        members = self._members(inner["of"], place)
        least, most = self._count(inner, len(members), place)
        return SomeOf(members=members, least=least, most=most, **common)

    def _members(self, data: object, place: _Place) -> tuple[Node, ...]:
        members = self._nodes(data, place)
        if not members:
            self._refuse(f"{place.words}: needs at least one step to take from", place.line)
        return members

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
        place = place.named(name)
        enabled = data.get("enabled", True)
        if not isinstance(enabled, bool):
            self._refuse(f"{place.words}: enabled must be true or false, not {enabled!r}", data.lines["enabled"])
        p = self._number(data, "p", 1.0, place)
        return {"id": name, "enabled": enabled, "p": p, "weight": self._number(data, "weight", 1e6, place)}

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
        raise PresetError(f"{self._name}{at}: {sentence}")


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
