"""Edits of a chain's tree that the panel needs beyond the engine's own: place, copy, wrap and unwrap."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from engine.chain import Chain, Group, Node, OneOf, SomeOf, Step, new_step

from ..words import mark, tr

Section = Literal["steps", "fallback", "finally_"]
SECTIONS: tuple[Section, ...] = ("steps", "fallback", "finally_")
Members: TypeAlias = tuple[Node, ...]

GROUPS: dict[str, type[OneOf] | type[SomeOf]] = {mark("one of"): OneOf, mark("some of"): SomeOf}


def with_container(chain: Chain, container: str, change: Callable[[Members], Members]) -> Chain:
    """The chain with the members of a section or of the group of that id changed."""
    if container in SECTIONS:
        members: dict[str, Any] = {container: change(getattr(chain, container))}
        return dataclasses.replace(chain, **members)

    def changed(node: Node) -> Members:
        return (node if isinstance(node, Step) else dataclasses.replace(node, members=change(node.members)),)

    return chain.with_changed(container, changed)


def put(chain: Chain, container: str, node: Node, before: str | None = None) -> Chain:
    """The chain with a node put into a container, before the member of that id or at the end."""

    def change(members: Members) -> Members:
        place = next((index for index, member in enumerate(members) if member.id == before), len(members))
        return (*members[:place], node, *members[place:])

    return with_container(chain, container, change)


def placed(chain: Chain, node_id: str, container: str, before: str | None) -> Chain:
    """The chain with a node taken out and put elsewhere; a group cannot go into itself."""
    node = chain.find(node_id)
    if container == node_id or (isinstance(node, Group) and _holds(node, container)) or before == node_id:
        return chain
    return put(chain.without(node_id), container, node, before)


def container_of(chain: Chain, node_id: str) -> str:
    """The section or group's id that a node lies in; raises KeyError."""
    for section in SECTIONS:
        if any(node.id == node_id for node in getattr(chain, section)):
            return section
    for node in chain.walk():
        if isinstance(node, Group) and any(member.id == node_id for member in node.members):
            return node.id
    raise KeyError(node_id)


def siblings(chain: Chain, node_id: str) -> list[str]:
    """The ids in the container that a node lies in, in order."""
    container = container_of(chain, node_id)
    if container in SECTIONS:
        return [node.id for node in getattr(chain, container)]
    group = chain.find(container)
    return [node.id for node in group.members] if isinstance(group, Group) else []


def group_beside(chain: Chain, node_id: str) -> tuple[str, str | None] | None:
    """Where a node would go in the group above it, else in the one below: the group's id, and before which member."""
    around = siblings(chain, node_id)
    place = around.index(node_id)
    above = chain.find(around[place - 1]) if place else None
    if isinstance(above, Group):
        return above.id, None
    below = chain.find(around[place + 1]) if place + 1 < len(around) else None
    return (below.id, next((member.id for member in below.members), None)) if isinstance(below, Group) else None


def place_outside(chain: Chain, node_id: str) -> tuple[str, str | None] | None:
    """Where a node would go out of its group: behind it; None where it is in none."""
    group = container_of(chain, node_id)
    if group in SECTIONS:
        return None
    around = siblings(chain, group)
    return container_of(chain, group), next(iter(around[around.index(group) + 1 :]), None)


def duplicated(chain: Chain, node_id: str) -> tuple[Chain, str]:
    """The chain with a copy behind a node, with ids of its own, and the copy's id."""
    ids = {node.id for node in chain.walk()}
    copy = _renamed(chain.find(node_id), ids)
    return chain.with_changed(node_id, lambda node: (node, copy)), copy.id


def replaced_by(chain: Chain, step_id: str, transform: str) -> tuple[Chain, str]:
    """The chain with another transform in a step's place, with the step's p, weight, power and region."""
    old = chain.find(step_id)
    region = old.region if isinstance(old, Step) else None
    new = new_step(chain, transform)
    new = dataclasses.replace(new, p=old.p, enabled=old.enabled, weight=old.weight, region=region)
    return chain.with_changed(step_id, lambda _: (new,)), new.id


def made(chain: Chain, what: str) -> Node:
    """A new step of that transform, or an empty group for a name in `GROUPS`."""
    if what in GROUPS:
        return GROUPS[what](id=chain.new_id(GROUPS[what].__name__), members=())
    return new_step(chain, what)


def wrapped(chain: Chain, node_id: str, group: str) -> tuple[Chain, str]:
    """The chain with a group of that name in `GROUPS` around a node, and the group's id."""
    kind = GROUPS[group]
    new_id = chain.new_id(kind.__name__)

    def around(node: Node) -> Members:
        return (kind(id=new_id, members=(dataclasses.replace(node, weight=1.0),), weight=node.weight),)

    return chain.with_changed(node_id, around), new_id


def unwrapped(chain: Chain, group_id: str) -> Chain:
    """The chain with a group's members in the group's place."""
    return chain.with_changed(group_id, lambda node: (node,) if isinstance(node, Step) else node.members)


def title(node: Node) -> str:
    """What a node is called on its card."""
    if isinstance(node, Step):
        return node.transform
    return tr(group_name(node))


def summary(step: Step) -> str:
    """What a step does, in a sentence."""
    if step.plugin is None:
        return tr(step.kind.summary())
    ref = step.plugin
    maker = tr("by {maker}", maker=ref.maker) if ref.maker else ""
    return " ".join(filter(None, (ref.name, ref.version, f"({ref.format})", maker)))


def group_name(group: Group) -> str:
    """What a kind of group is called, in English."""
    return next(name for name, kind in GROUPS.items() if isinstance(group, kind))


def _holds(group: Group, node_id: str) -> bool:
    return any(
        member.id == node_id or (isinstance(member, Group) and _holds(member, node_id)) for member in group.members
    )


def _renamed(node: Node, taken: set[str]) -> Node:
    stem = node.transform if isinstance(node, Step) else type(node).__name__
    count = next(count for count in range(1, len(taken) + 2) if f"{stem}#{count}" not in taken)
    taken.add(f"{stem}#{count}")
    renamed = dataclasses.replace(node, id=f"{stem}#{count}")
    if isinstance(renamed, Step):
        return renamed
    return dataclasses.replace(renamed, members=tuple(_renamed(member, taken) for member in renamed.members))
