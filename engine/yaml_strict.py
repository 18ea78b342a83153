"""YAML as presets need it and no more: the only caller of PyYAML.

The parser is PyYAML's in pure Python (the C one crashes on deep nesting); what its events mean is decided here.
Refused: tags, anchors, aliases, several documents, a key twice, nesting deeper than 20, more than 10,000 values.
Numbers are decimal (`-6`, `0.5`, `1e3`), switches are `true` and `false`, and all else (`no`, `010`, `12:30`) is
text. The writer quotes by the same rules, so what it writes reads back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import yaml

DEPTH_MAX = 20
VALUES_MAX = 10_000
DIGITS_MAX = 40

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
_BOOL = re.compile(r"(?:true|false)\Z")
_NULL = re.compile(r"(?:null|~|)\Z")


class YamlError(Exception):
    """Text that this reader does not take; `line` counts from 1."""

    def __init__(self, sentence: str, line: int) -> None:
        super().__init__(sentence)
        self.line = line


class Table(dict[str, object]):
    """A mapping that knows the line it starts on, and the line of each key."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


def load(text: str) -> object:
    """Read one document into `Table`, list, str, float, int, bool and None; raises `YamlError`."""
    import yaml

    try:
        return _Reader(yaml.parse(text, Loader=yaml.SafeLoader)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(f"cannot be read: {error.problem}", mark.line + 1 if mark else 1) from None
    except yaml.YAMLError as error:
        raise YamlError(f"cannot be read: {str(error).splitlines()[0]}", 1) from None


def dump(data: object) -> str:
    """Write plain data so that `load` reads the same; keys keep their order."""
    import yaml

    return yaml.dump(data, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=100, default_flow_style=None)


class _Reader:
    """Builds plain data from parser events, refusing what is not wanted at the first sight of it."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._values = 0

    def document(self) -> object:
        """The only document of the stream."""
        import yaml

        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            raise YamlError("is empty", 1)
        data = self._value(self._next(), 0)
        self._next()
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            raise YamlError("holds more than one document", _line(event))
        return data

    def _next(self) -> yaml.Event:
        return next(self._events)

    def _value(self, event: yaml.Event, depth: int) -> object:
        import yaml

        self._values += 1
        if self._values > VALUES_MAX:
            raise YamlError(f"holds more than {VALUES_MAX:,} values", _line(event))
        if depth > DEPTH_MAX:
            raise YamlError(f"is nested deeper than {DEPTH_MAX} levels", _line(event))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise YamlError("uses an anchor or alias (& or *), which a preset may not", _line(event))
        if getattr(event, "tag", None):
            raise YamlError("uses a tag (!), which a preset may not", _line(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self._table(Table(_line(event)), depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(depth)
        assert isinstance(event, yaml.ScalarEvent)
        return event.value if event.style else _plain(event.value, _line(event))

    def _list(self, depth: int) -> list[object]:
        import yaml

        items: list[object] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._value(event, depth + 1))
        return items

    def _table(self, table: Table, depth: int) -> Table:
        import yaml

        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            self._value(event, depth + 1)
            if not isinstance(event, yaml.ScalarEvent):
                raise YamlError("has a key that is not a word", _line(event))
            key = event.value
            if key in table:
                raise YamlError(f"has the key {key!r} twice (first on line {table.lines[key]})", _line(event))
            table.lines[key] = _line(event)
            table[key] = self._value(self._next(), depth + 1)
        return table


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return int(mark.line) + 1 if mark else 1


def _plain(text: str, line: int) -> object:
    """What an unquoted word means."""
    if _NULL.match(text):
        return None
    if _BOOL.match(text):
        return text == "true"
    if not _FLOAT.match(text):
        return text
    if len(text) > DIGITS_MAX:
        raise YamlError(f"has a number of more than {DIGITS_MAX} characters", line)
    if _INT.match(text):
        return int(text)
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise YamlError(f"has the number {text}, which is too large", line)
    return number


@cache
def _dumper() -> Any:
    """A dumper that quotes exactly what `_plain` would not read back as text."""
    import yaml

    class Dumper(yaml.SafeDumper):
        yaml_implicit_resolvers: dict[str | None, Any] = {}  # noqa: RUF012  # PyYAML's own convention

        def ignore_aliases(self, data: object) -> bool:
            return True

    def text(dumper: yaml.SafeDumper, data: str) -> yaml.Node:
        # Left to itself PyYAML folds unusual line breaks into a space.
        style = None if data.isprintable() else '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)

    Dumper.add_representer(str, text)
    for kind, pattern in (("null", _NULL), ("bool", _BOOL), ("int", _INT), ("float", _FLOAT)):
        Dumper.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", pattern, None)
    return Dumper
