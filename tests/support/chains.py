"""Chains made up by hypothesis: any transform, any setting its declaration allows, any grouping."""

from __future__ import annotations

import itertools
import string
from typing import Any

from hypothesis import strategies as st

from engine.chain import GUARDS, Chain, Lock, Node, OneOf, SomeOf, Step
from engine.params import Bank, Choice, Number, Options, Param, Range, Setting, SettingError, Switch
from engine.regions import END, START, Events, Region, Span
from engine.transform import registered

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
P = st.floats(0, 1)
WEIGHTS = st.floats(0, 1000)
REDRAWS = st.integers(0, 10**9)
KEYS = st.binary(min_size=16, max_size=16).map(bytes.hex)


def values(param: Param) -> st.SearchStrategy[Any]:
    """Values that the parameter takes."""
    if isinstance(param, Number):
        if param.integer:
            steps = int(param.high - param.low) // param.step
            return st.integers(0, steps).map(lambda n: int(param.low) + n * param.step)
        return st.floats(param.low, param.high)
    if isinstance(param, Choice):
        return st.sampled_from(param.options)
    if isinstance(param, Switch):
        return st.booleans()
    assert isinstance(param, Bank)
    return st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=12).filter(
        lambda name: name.replace("-", "").replace("_", "") != ""
    )


def settings_of(param: Param) -> st.SearchStrategy[Setting]:
    """Any setting of the parameter, in its canonical form."""
    kinds = [values(param), st.lists(values(param), min_size=1, max_size=4).map(lambda v: Options(tuple(v)))]
    if isinstance(param, Number):
        kinds.append(st.tuples(values(param), values(param)).map(lambda ends: Range(min(ends), max(ends))))
    return st.one_of(kinds).map(param.check)


def regions() -> st.SearchStrategy[Region]:
    """Any region."""
    labels = st.lists(TEXT.map(str.strip).filter(lambda text: text != "" and text.isprintable()), max_size=3)
    events = st.builds(lambda named, outside: Events(tuple(named), outside), labels, st.booleans())
    ends = st.tuples(settings_of(START), st.none() | settings_of(END), st.booleans())
    spans = ends.map(lambda both: Span(*both)).filter(_possible)
    return st.one_of(spans, events)


def _possible(span: Span) -> bool:
    try:
        return span.checked() == span
    except SettingError:
        return False


@st.composite
def steps(draw: st.DrawFn) -> Step:
    """One step; its id is set by `chains`."""
    name = draw(st.sampled_from(list(registered())))
    params = registered()[name].params()
    chosen = [param for param in params.values() if draw(st.booleans())]
    held = [param for param in params.values() if draw(st.booleans())]
    lock = Lock(tuple((param.name, param.check_value(draw(values(param)))) for param in held), draw(KEYS))
    return Step(
        id="", transform=name, p=draw(P), enabled=draw(st.booleans()), weight=draw(WEIGHTS), redraw=draw(REDRAWS),
        lock=lock if draw(st.booleans()) else None, region=draw(st.none() | regions()),
        settings=tuple((param.name, draw(settings_of(param))) for param in chosen),
    )  # fmt: skip


@st.composite
def groups(draw: st.DrawFn, members: st.SearchStrategy[Node]) -> OneOf | SomeOf:
    """A group of nodes."""
    inside = tuple(draw(st.lists(members, min_size=1, max_size=3)))
    common: dict[str, Any] = {
        "id": "",
        "members": inside,
        "p": draw(P),
        "weight": draw(WEIGHTS),
        "redraw": draw(REDRAWS),
    }
    if draw(st.booleans()):
        return OneOf(**common)
    least, most = sorted(draw(st.tuples(*[st.integers(0, len(inside))] * 2)))
    return SomeOf(**common, least=least, most=most)


NODES: st.SearchStrategy[Node] = st.recursive(steps(), groups, max_leaves=4)


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    """A whole chain with ids of its own."""
    lists = [draw(st.lists(NODES, max_size=size)) for size in (4, 2, 2)]
    number = itertools.count(1)
    with_ids = [tuple(_with_id(node, number) for node in nodes) for nodes in lists]
    return Chain(
        name=draw(TEXT), description=draw(TEXT), bypassed=draw(st.booleans()),
        steps=with_ids[0], fallback=with_ids[1], finally_=with_ids[2],
        guard=draw(st.sampled_from(GUARDS)),
    )  # fmt: skip


def _with_id(node: Node, number: itertools.count[int]) -> Node:
    import dataclasses

    name = f"no: {next(number)}"
    if isinstance(node, Step):
        return dataclasses.replace(node, id=name)
    return dataclasses.replace(node, id=name, members=tuple(_with_id(member, number) for member in node.members))
