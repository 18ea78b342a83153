"""What can be done to the chain, each as one labelled commit to the store."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from engine.chain import Chain, Group, Node, SomeOf, Step, declared_anew
from engine.params import Options, Range, Setting, SettingError
from engine.plugins.described import Described, PluginRef
from engine.regions import Region

from ..rows.row import spoken
from ..store import Store
from ..words import tr
from . import tree


class ChainEditor:
    """Edits the store's chain; nothing here knows a widget."""

    def __init__(self, store: Store, allow: Callable[[PluginRef], object] = lambda _: None) -> None:
        self._store = store
        self._allow = allow
        """Lets a plugin run that is put into the chain by hand."""

    @property
    def chain(self) -> Chain:
        """The present chain."""
        return self._store.project.chain

    def set_setting(self, step_id: str, name: str, setting: Setting, gesture: object) -> None:
        """Set one parameter; edits of one gesture are one undo step. Raises `SettingError`."""
        step = self._step(step_id)
        self._replace(
            tr("Set {name} of {step}", name=spoken(step.kind.params()[name]), step=step.transform),
            step.with_setting(name, setting),
            (step_id, name, gesture),
        )

    def set_p(self, node_id: str, p: float, gesture: object) -> None:
        """Set how likely a draw takes the node."""
        self._change(tr("Set p of {step}", step=self._title(node_id)), node_id, ("p", gesture), p=p)

    def set_weight(self, node_id: str, weight: float, gesture: object) -> None:
        """Set how likely its group picks the node, relative to its siblings."""
        label = tr("Set the weight of {step}", step=self._title(node_id))
        self._change(label, node_id, ("weight", gesture), weight=weight)

    def set_count(self, group_id: str, count: Setting) -> None:
        """Set how many members a draw takes: a number or a range."""
        group = self.chain.find(group_id)
        if isinstance(group, SomeOf) and not isinstance(count, Options):
            least, most = (count.low, count.high) if isinstance(count, Range) else (count, count)
            self._replace(tr("How many of the group"), dataclasses.replace(group, least=int(least), most=int(most)))

    def set_power(self, node_id: str, on: bool) -> None:
        """Turn a node on or off."""
        node = self.chain.find(node_id)
        label = tr("Unmute {step}", step=tree.title(node)) if on else tr("Mute {step}", step=tree.title(node))
        self._replace(label, dataclasses.replace(node, enabled=on))

    def set_bypassed(self, bypassed: bool) -> None:
        """Let the whole chain do nothing, or work again; every step keeps its own power."""
        label = tr("Bypass the chain") if bypassed else tr("Chain on")
        self._commit(label, dataclasses.replace(self.chain, bypassed=bypassed))

    def set_guard(self, guard: str) -> None:
        """Choose what becomes of sound beyond full scale, one of `engine.chain.GUARDS`."""
        if guard != self.chain.guard:
            self._commit(tr("Set the guard"), dataclasses.replace(self.chain, guard=guard))

    def set_locked(self, step_id: str, locked: bool) -> None:
        """Hold a step to what this draw gave it, in every take; or let it be drawn from its ranges again."""
        step = self._step(step_id)
        if locked:
            self._commit(tr("Lock {step}", step=step.transform), self.chain.locked(step_id, *self._draw()))
        else:
            self._replace(tr("Unlock {step}", step=step.transform), dataclasses.replace(step, lock=None))

    def set_frozen(self, step_id: str, frozen: bool) -> None:
        """Have a step and all above it rendered before they are heard, or let it run live again."""
        project = self._store.project
        now = project.frozen | {step_id} if frozen else project.frozen - {step_id}
        label = (
            tr("Freeze {step}", step=self._title(step_id))
            if frozen
            else tr("Unfreeze {step}", step=self._title(step_id))
        )
        self._store.commit(label, dataclasses.replace(project, frozen=now))

    def set_region(self, step_id: str, region: Region | None, gesture: object) -> None:
        """Let a step work in a region only, or everywhere; raises `SettingError`."""
        step = self._step(step_id)
        words = tr("{step} everywhere", step=step.transform) if region is None else tr(
            "Region of {step}", step=step.transform
        )  # fmt: skip
        self._replace(words, step.with_region(region), (step_id, "region", gesture) if gesture is not None else None)

    def redraw(self, node_id: str) -> None:
        """Draw one step, or a group's pick, anew; raises `SettingError` for a locked step."""
        node = self.chain.find(node_id)
        if isinstance(node, Step) and node.lock is not None:
            raise SettingError(tr("This step is locked; unlock it (K) to draw it again."))
        label = tr("Draw {step} again", step=tree.title(node))
        self._commit(label, self.chain.redrawn(node_id, *self._draw()))

    def set_chain(self, label: str, chain: Chain) -> None:
        """Put another chain in its place."""
        self._commit(label, chain)

    def _draw(self) -> tuple[int, str, int]:
        """What the draw that is looked at is keyed by."""
        project = self._store.project
        return project.seed, project.source.source_id if project.source else "", project.variant

    def move(self, node_id: str, by: int) -> None:
        """Move a node among its siblings."""
        self._commit(tr("Move {step}", step=self._title(node_id)), self.chain.moved(node_id, by))

    def place(self, node_id: str, container: str, before: str | None) -> None:
        """Move a node into a section or group, before a member or to the end."""
        chain = tree.placed(self.chain, node_id, container, before)
        self._commit(tr("Move {step}", step=self._title(node_id)), chain)

    def remove(self, node_id: str) -> None:
        """Take a node out."""
        self._commit(tr("Remove {step}", step=self._title(node_id)), self.chain.without(node_id))

    def add(self, what: str, after: str | None = None, container: str | None = None) -> str:
        """Add a transform or an empty group, behind a node or at a container's end; gives its id."""
        node = tree.made(self.chain, what)
        self._allow_plugin(node)
        if container is not None:
            chain = tree.put(self.chain, container, node)
        elif after is not None:
            chain = self.chain.with_changed(after, lambda old: (old, node))
        else:
            chain = tree.put(self.chain, "steps", node)
        self._commit(tr("Add {step}", step=tree.title(node)), chain)
        return node.id

    def duplicate(self, node_id: str) -> str:
        """Put a copy behind a node; gives its id."""
        chain, copy = tree.duplicated(self.chain, node_id)
        self._commit(tr("Duplicate {step}", step=self._title(node_id)), chain)
        return copy

    def replace(self, step_id: str, transform: str) -> str:
        """Put another transform in a step's place; gives its id."""
        chain, new = tree.replaced_by(self.chain, step_id, transform)
        self._allow_plugin(chain.find(new))
        self._commit(tr("Replace {step}", step=self._title(step_id)), chain)
        return new

    def reset(self, step_id: str) -> None:
        """Set all parameters of a step to their defaults, and draw it as if it were new."""
        step = self._step(step_id)
        self._replace(
            tr("Reset {step}", step=step.transform), dataclasses.replace(step, settings=(), lock=None, redraw=0)
        )

    def use_plugin(self, step_id: str, here: Described) -> int:
        """Take the plugin that is here for the one that a step was made with; gives how many values it cannot have."""
        step = self._step(step_id)
        changed = declared_anew(step, here)
        self._replace(tr("Use {name} {version}", name=here.title, version=here.version), changed)
        return len(step.settings) - len(changed.settings)

    def _allow_plugin(self, node: Node) -> None:
        if isinstance(node, Step) and node.plugin is not None:
            self._allow(node.plugin)

    def wrap(self, node_id: str, group: str) -> str:
        """Put a new group around a node; gives its id."""
        chain, new = tree.wrapped(self.chain, node_id, group)
        self._commit(tr("Group {step}", step=self._title(node_id)), chain)
        return new

    def unwrap(self, group_id: str) -> None:
        """Put a group's members in its place."""
        self._commit(tr("Ungroup"), tree.unwrapped(self.chain, group_id))

    def bind_bank(self, name: str, folder: str) -> None:
        """Bind a bank to a folder."""
        self._store.commit(tr("Folder of {bank}", bank=name), self._store.project.with_bank(name, folder))

    def _step(self, step_id: str) -> Step:
        node = self.chain.find(step_id)
        if isinstance(node, Group):
            raise KeyError(step_id)
        return node

    def _title(self, node_id: str) -> str:
        return tree.title(self.chain.find(node_id))

    def _change(self, label: str, node_id: str, gesture: tuple[str, object], **values: float) -> None:
        node = self.chain.find(node_id)
        changed = dataclasses.replace(node, **values)  # type: ignore[arg-type]  # p and weight, of every node
        self._replace(label, changed, (node_id, *gesture))

    def _replace(self, label: str, node: Node, merge: object = None) -> None:
        self._commit(label, self.chain.replaced(node), merge)

    def _commit(self, label: str, chain: Chain, merge: object = None) -> None:
        """Put a chain in; a step that is gone is frozen no more, or another of its name would be."""
        project = self._store.project
        frozen = project.frozen and project.frozen & {node.id for node in chain.walk()}
        self._store.commit(label, dataclasses.replace(project, chain=chain, frozen=frozen), merge)
