"""What the panel shows beside the chain itself: what this draw took, and where rendered ends and live begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.chain import GUARD, Group, Node, Step
from engine.params import Value
from engine.playback.microphone.messages import SOURCE
from engine.project import Project
from engine.recipe import Drawn
from engine.regions import Labels, Times

from ..plugins.trouble import Trouble
from ..words import mark

SKIPPED = mark("skipped")


@dataclass(frozen=True)
class Shown:
    """A draw as the cards need it; `known` is False while no recording is selected."""

    known: bool = False
    drawn: Mapping[str, Drawn] = field(default_factory=dict)
    rendered: frozenset[str] = frozenset()
    """The steps above the line."""
    in_prefix: frozenset[str] = frozenset()
    """Those of them that would be rendered first if nothing were frozen."""
    frozen: frozenset[str] = frozenset()
    line_after: str | None = None
    """The step or group under which the line between rendered and live lies."""
    banks: Mapping[str, str] = field(default_factory=dict)
    bypassed: bool = False
    troubles: Mapping[str, str] = field(default_factory=dict)
    """What is wrong with the folders of banks, by the bank's name."""
    labels: Labels | None = None
    """What the labels beside the recording are, None as long as nobody has read them."""
    unread: str = ""
    """Why they cannot be read."""
    plugins: Mapping[str, Trouble] = field(default_factory=dict)
    """What is wrong with the plugins of steps, by the step's id."""
    skipped: Mapping[str, str] | None = None
    """While the microphone is open: why a step is not heard, by its id."""

    def spans(self, step: Step) -> tuple[Times, ...]:
        """Where in the recording a step works that this draw took; nothing for one that works everywhere."""
        drawn = self.drawn.get(step.id)
        if drawn is None or drawn.where is None:
            return ()
        where = drawn.where if self.labels is None else drawn.where.found(self.labels)
        return where.spans or ()

    def values(self, step: Step) -> Mapping[str, Value] | None:
        """What this draw gave the step, None if it was left out; what a locked step is held to is always known."""
        found = self.drawn.get(step.id)
        if found is None and step.lock is not None:
            return dict(step.lock.values)
        return None if found is None else dict(found.values)

    def takes(self, node: Node) -> bool:
        """Whether this draw took the step, or any step of the group."""
        if isinstance(node, Step):
            return node.id in self.drawn
        return any(self.takes(member) for member in node.members)

    def state(self, node: Node) -> str:
        """The word beside the name: muted, bypassed, passed over, not drawn, rendered, live, or nothing."""
        if not node.enabled:
            return mark("muted")
        if self.bypassed:
            return mark("bypassed")
        if node.id in self.plugins and self.plugins[node.id].passed_over:
            return mark("passed over")
        if self.known and not self.takes(node):
            return mark("not drawn")
        if isinstance(node, Group) or not self.known:
            return ""
        if self.skipped is not None:
            return SKIPPED if node.id in self.skipped else mark("live")
        return mark("rendered") if node.id in self.rendered else mark("live")


def shown(
    project: Project, troubles: Mapping[str, str], labels: Labels | None = None, unread: str = "",
    plugins: Callable[[Step], Trouble | None] = lambda _: None, skipped: Mapping[str, str] | None = None,
) -> Shown:  # fmt: skip
    """What there is to show of the project's present draw, of its banks, and of the recording's labels.

    `skipped` is given while the microphone is open: then it is the draw that is heard on it.
    """
    banks = dict(project.banks)
    found = ((node.id, plugins(node)) for node in project.chain.walk() if isinstance(node, Step))
    wrong = {step: trouble for step, trouble in found if trouble is not None}
    if skipped is not None:
        heard = project.chain.draw_here(project.seed, SOURCE, project.variant).steps
        return Shown(
            True, {step.id: step for step in heard if step.id != GUARD}, banks=banks,
            bypassed=project.chain.bypassed, troubles=troubles, labels=labels, unread=unread, plugins=wrong,
            skipped=skipped,
        )  # fmt: skip
    recipe = project.recipe()
    if recipe is None:
        return Shown(banks=banks, bypassed=project.chain.bypassed, troubles=troubles, plugins=wrong)
    split = recipe.split(project.frozen)
    steps = [step for step in recipe.steps if step.id != GUARD]
    drawn = {step.id: step for step in steps}
    rendered = frozenset(step.id for step in steps[:split])
    after = None
    if 0 < split < len(steps):
        last = steps[split - 1].id
        for part in (project.chain.steps, project.chain.fallback, project.chain.finally_):
            after = after or _line_after(part, last, frozenset(drawn) - rendered)
    in_prefix = frozenset(step.id for step in steps[: recipe.split()])
    return Shown(
        True, drawn, rendered, in_prefix, project.frozen & rendered, after, banks, project.chain.bypassed, troubles,
        labels, unread, wrong,
    )  # fmt: skip


def _line_after(nodes: tuple[Node, ...], last: str, live: frozenset[str]) -> str | None:
    """The last rendered step, or the group around it if nothing in the group is live."""
    for node in nodes:
        if node.id == last:
            return last
        if isinstance(node, Group):
            inside = _line_after(node.members, last, live)
            if inside is not None:
                return inside if _any_in(node, live) else node.id
    return None


def _any_in(node: Node, ids: frozenset[str]) -> bool:
    if isinstance(node, Group):
        return any(_any_in(member, ids) for member in node.members)
    return node.id in ids
