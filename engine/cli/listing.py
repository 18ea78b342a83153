"""`presets`, `transforms`, `devices` and `doctor`: what there is, and what works here."""

from __future__ import annotations

import json
from argparse import Namespace

from .. import catalogue, preset
from ..files.refused import shown
from ..transform import Transform, find
from . import OK
from .output import say, table
from .parser import UsageError


def presets(words: Namespace) -> int:
    """The shipped presets with their descriptions, or one preset's file."""
    if words.name:
        path = preset.find(words.name)
        preset.load(path)
        print(shown_lines(path.read_text(encoding="utf-8")), end="")
        return OK
    print(table([(name, preset.load(name).description) for name in preset.shipped()]))
    return OK


def shown_lines(text: str) -> str:
    """Text of several lines with what does not print as escapes."""
    return "".join(shown(line) + "\n" for line in text.splitlines())


def transforms(words: Namespace) -> int:
    """All transforms by family, those that answer to what is sought, or all about one."""
    if words.name and words.find:
        raise UsageError("transforms takes a NAME or --find, not both")
    if words.name:
        kind = find(words.name)
        print(json.dumps(catalogue.describe(kind), indent=2) if words.json else _one(kind))
        return OK
    found = catalogue.search(words.find) if words.find else None
    kinds = [kind for kind, _ in found] if found is not None else _all()
    if words.json:
        print(json.dumps([catalogue.describe(kind) for kind in kinds], indent=2))
    elif found is None:
        print(_by_family())
    elif found:
        print(table([(kind.__name__, _summary(kind, called)) for kind, called in found]))
    else:
        say(f"no transform answers to {words.find}")
    return OK


def _summary(kind: type[Transform], called: str) -> str:
    return f"{kind.summary()} Called {called} elsewhere." if called else kind.summary()


def _all() -> list[type[Transform]]:
    return [kind for _, family in catalogue.by_category() for kind in family]


def _by_family() -> str:
    """Families as headings; the names stand under one another throughout."""
    width = max(len(kind.__name__) for kind in _all())
    families = (
        [catalogue.title(category), *(f"  {kind.__name__:{width}}  {kind.summary()}" for kind in family)]
        for category, family in catalogue.by_category()
    )
    return "\n\n".join("\n".join(lines) for lines in families)


def _one(kind: type[Transform]) -> str:
    about = catalogue.describe(kind)
    lines = [about["description"], f"{about['category']}, {about['kind']}, version {about['version']}"]
    if about["also_called"]:
        lines.append(f"elsewhere called {', '.join(about['also_called'])}")
    rows = [
        (param.name, param.setting_words(param.default), catalogue.limits(param), catalogue.typical(param), param.help)
        for param in kind.params().values()
    ]
    return "\n".join(
        [*lines, *([""] if rows else []), table([("parameter", "default", "takes", "typical", ""), *rows])]
    )


def devices(words: Namespace) -> int:
    """The sound devices and the microphones, the one that is used by itself first."""
    from . import sound

    found = sound.devices()
    if not isinstance(found, sound.Devices):
        print(sound.CRASHED)
        return OK
    outputs = [("output", shown(device)) for device in found.outputs]
    inputs = [("input", shown(device)) for device in found.inputs]
    print(table([*outputs, *inputs]) if outputs else sound.NO_DEVICE)
    if outputs and not inputs:
        print(sound.NO_INPUT)
    return OK


def doctor(words: Namespace) -> int:
    """What works on this machine."""
    from .doctor import examine

    findings = examine()
    if words.json:
        data = {finding.area: {"ok": finding.ok, "found": finding.words} for finding in findings}
        print(json.dumps(data, indent=2))
    else:
        print(table([("ok" if finding.ok else "--", finding.area, shown(finding.words)) for finding in findings]))
    return OK
