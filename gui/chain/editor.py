"""What can be done to the chain, each as one labelled commit to the store."""

from __future__ import annotations

import dataclasses

from engine.chain import Chain, Group, Node, SomeOf, Step
from engine.params import Options, Range, Setting

from ..store import Store
from . import tree


class ChainEditor:
    """Edits the store's chain; nothing here knows a widget."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._muted_together: frozenset[str] = frozenset()

    @property
    def chain(self) -> Chain:
        """The present chain."""
        return self._store.project.chain

    def set_setting(self, step_id: str, name: str, setting: Setting, gesture: object) -> None:
        """Set one parameter; edits of one gesture are one undo step. Raises `SettingError`."""
        step = self._step(step_id)
        self._replace(f"{step.transform} {name}", step.with_setting(name, setting), (step_id, name, gesture))

    def set_p(self, node_id: str, p: float, gesture: object) -> None:
        """Set how likely a draw takes the node."""
        self._change(node_id, "p", gesture, p=p)

    def set_weight(self, node_id: str, weight: float, gesture: object) -> None:
        """Set how likely its group picks the node, relative to its siblings."""
        self._change(node_id, "weight", gesture, weight=weight)

    def set_count(self, group_id: str, count: Setting) -> None:
        """Set how many members a draw takes: a number or a range."""
        group = self.chain.find(group_id)
        if isinstance(group, SomeOf) and not isinstance(count, Options):
            least, most = (count.low, count.high) if isinstance(count, Range) else (count, count)
            self._replace("How many of the group", dataclasses.replace(group, least=int(least), most=int(most)))

    def set_power(self, node_id: str, on: bool) -> None:
        """Turn a node on or off."""
        node = self.chain.find(node_id)
        self._replace(f"{'Unmute' if on else 'Mute'} {tree.title(node)}", dataclasses.replace(node, enabled=on))

    def set_chain_power(self, on: bool) -> None:
        """Turn the whole chain off, or on as it was before."""
        chain = self.chain
        top = [node for section in tree.SECTIONS for node in getattr(chain, section)]
        if on:
            wanted = self._muted_together & {node.id for node in top} or {node.id for node in top}
        else:
            wanted = self._muted_together = frozenset(node.id for node in top if node.enabled)
        for node in top:
            if node.id in wanted:
                chain = chain.replaced(dataclasses.replace(node, enabled=on))
        self._commit("Chain on" if on else "Chain off", chain)

    def move(self, node_id: str, by: int) -> None:
        """Move a node among its siblings."""
        self._commit(f"Move {tree.title(self.chain.find(node_id))}", self.chain.moved(node_id, by))

    def place(self, node_id: str, container: str, before: str | None) -> None:
        """Move a node into a section or group, before a member or to the end."""
        chain = tree.placed(self.chain, node_id, container, before)
        self._commit(f"Move {tree.title(self.chain.find(node_id))}", chain)

    def remove(self, node_id: str) -> None:
        """Take a node out."""
        self._commit(f"Remove {tree.title(self.chain.find(node_id))}", self.chain.without(node_id))

    def add(self, what: str, after: str | None = None, container: str | None = None) -> str:
        """Add a transform or an empty group, behind a node or at a container's end; gives its id."""
        node = tree.made(self.chain, what)
        if container is not None:
            chain = tree.put(self.chain, container, node)
        elif after is not None:
            chain = self.chain.with_changed(after, lambda old: (old, node))
        else:
            chain = tree.put(self.chain, "steps", node)
        self._commit(f"Add {tree.title(node)}", chain)
        return node.id

    def duplicate(self, node_id: str) -> str:
        """Put a copy behind a node; gives its id."""
        chain, copy = tree.duplicated(self.chain, node_id)
        self._commit(f"Duplicate {tree.title(self.chain.find(node_id))}", chain)
        return copy

    def replace(self, step_id: str, transform: str) -> str:
        """Put another transform in a step's place; gives its id."""
        chain, new = tree.replaced_by(self.chain, step_id, transform)
        self._commit(f"Replace {self._step(step_id).transform}", chain)
        return new

    def reset(self, step_id: str) -> None:
        """Set all parameters of a step to their defaults."""
        step = self._step(step_id)
        self._replace(f"Reset {step.transform}", dataclasses.replace(step, settings=()))

    def wrap(self, node_id: str, group: str) -> str:
        """Put a new group around a node; gives its id."""
        chain, new = tree.wrapped(self.chain, node_id, group)
        self._commit(f"Group {tree.title(self.chain.find(node_id))}", chain)
        return new

    def unwrap(self, group_id: str) -> None:
        """Put a group's members in its place."""
        self._commit("Ungroup", tree.unwrapped(self.chain, group_id))

    def bind_bank(self, name: str, folder: str) -> None:
        """Bind a bank to a folder."""
        self._store.commit(f"Folder of {name}", self._store.project.with_bank(name, folder))

    def _step(self, step_id: str) -> Step:
        node = self.chain.find(step_id)
        if isinstance(node, Group):
            raise KeyError(step_id)
        return node

    def _change(self, node_id: str, field: str, gesture: object, **values: float) -> None:
        node = self.chain.find(node_id)
        changed = dataclasses.replace(node, **values)  # type: ignore[arg-type]  # p and weight, of every node
        self._replace(f"{tree.title(node)} {field}", changed, (node_id, field, gesture))

    def _replace(self, label: str, node: Node, merge: object = None) -> None:
        self._commit(label, self.chain.replaced(node), merge)

    def _commit(self, label: str, chain: Chain, merge: object = None) -> None:
        self._store.commit(label, dataclasses.replace(self._store.project, chain=chain), merge)
