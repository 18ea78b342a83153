"""A recipe: what one draw of a chain came to, with concrete values only.

It is hashable, it is the manifest's line and the cache's key, and rendering it needs nothing else but the source
and the banks. `Drawn` is one step of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from .params import SettingError, Value
from .plugins.absent import AbsentPlugin
from .plugins.declared import PluginTransform
from .plugins.described import PluginRef
from .plugins.meant import meant
from .plugins.permit import why_not
from .regions import Labels, Where
from .transform import Streaming, Transform, WholeClip, find


@dataclass(frozen=True)
class Material:
    """A bank recording that a step plays: where it lies below the bank's folder, and what its samples were."""

    bank: str
    path: str
    sha256: str


@dataclass(frozen=True)
class Drawn:
    """One step as drawn: the transform's name and version, its values, its key and the recordings it was given.

    `where` is the region that it works in, None everywhere; `plugin` names the plugin that it is, if it is one.
    """

    id: str
    transform: str
    version: int
    values: tuple[tuple[str, Value], ...]
    key: str
    materials: tuple[Material, ...] = ()
    where: Where | None = None
    plugin: PluginRef | None = None

    @property
    def kind(self) -> type[Transform]:
        """The transform's class; of a plugin, that of the very one that is named."""
        if self.plugin is None:
            return find(self.transform)
        return meant(self.transform, self.plugin, (name for name, _ in self.values))

    @lru_cache(maxsize=1024)  # noqa: B019  # keeps frozen data alone
    def build(self) -> Transform:
        """The transform with these values; raises `SettingError` for a name, value or version it cannot have."""
        kind = self.kind
        if self.plugin is not None and issubclass(kind, AbsentPlugin):
            raise SettingError(f"{self.id}: {why_not(self.plugin)}")
        if self.version != kind.version:
            raise SettingError(
                f"{self.id}: {self.transform} version {self.version} was asked for, and this program has "
                f"version {kind.version}, which sounds different; use the release that wrote it"
            )
        built = kind.checked(dict(self.values))
        if self.plugin is not None and isinstance(built, PluginTransform):
            return built.of(self.id, self.plugin)
        return built

    def to_data(self) -> dict[str, Any]:
        """The step as plain data."""
        data: dict[str, Any] = {
            "id": self.id, "transform": self.transform, "version": self.version,
            "values": dict(self.values), "key": self.key,
        }  # fmt: skip
        if self.materials:
            data["materials"] = [dict(vars(material)) for material in self.materials]
        if self.where is not None:
            data["region"] = self.where.to_data()
        if self.plugin is not None:
            data["plugin"] = self.plugin.to_data()
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Drawn:
        """Read what `to_data` wrote; raises `SettingError` for what it could not have written."""
        try:
            materials = tuple(Material(**material) for material in data.get("materials", ()))
            values = tuple((str(name), value) for name, value in data["values"].items())
            bytes.fromhex(data["key"])
            where = Where.from_data(data["region"]) if "region" in data else None
            plugin = PluginRef(**data["plugin"]) if "plugin" in data else None
            return cls(data["id"], data["transform"], data["version"], values, data["key"], materials, where, plugin)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise SettingError(f"a recipe's step is not as this program writes it: {error}") from None


def begins_stage(step: Drawn) -> bool:
    """Whether a step must know the whole of what comes in, and so begins a stage of the render."""
    return not issubclass(step.kind, Streaming)


@dataclass(frozen=True)
class Recipe:
    """One draw of a chain for one source and variant."""

    seed: int
    source: str
    variant: int
    steps: tuple[Drawn, ...]
    fallback: bool = False

    def split(self, frozen: Collection[str] = ()) -> int:
        """How many steps must be rendered before the rest runs live: up to the last that changes time or is frozen."""
        last = 0
        for position, step in enumerate(self.steps, start=1):
            if step.id in frozen or issubclass(step.kind, WholeClip):
                last = position
        return last

    @property
    def awaits_labels(self) -> bool:
        """Whether a step works in events that have not been looked up."""
        return any(step.where is not None and step.where.spans is None for step in self.steps)

    def placed(self, labels: Callable[[], Labels]) -> Recipe:
        """The recipe with the times of the events that its steps work in; the labels are read only if it needs them."""
        if not self.awaits_labels:
            return self
        found = labels()
        steps = (step if step.where is None else replace(step, where=step.where.found(found)) for step in self.steps)
        return replace(self, steps=tuple(steps))

    def idle(self) -> dict[str, str]:
        """The steps whose region is empty in this source, and why."""
        reasons = {step.id: step.where.idle for step in self.steps if step.where is not None}
        return {step: reason for step, reason in reasons.items() if reason}

    def to_data(self) -> dict[str, Any]:
        """The recipe as plain data, for a manifest."""
        return {
            "seed": self.seed, "source": self.source, "variant": self.variant,
            "fallback": self.fallback, "steps": [step.to_data() for step in self.steps],
        }  # fmt: skip

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Recipe:
        """Read what `to_data` wrote; raises `SettingError`."""
        try:
            steps = tuple(Drawn.from_data(step) for step in data["steps"])
            return cls(int(data["seed"]), str(data["source"]), int(data["variant"]), steps, bool(data["fallback"]))
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, SettingError):
                raise
            raise SettingError(f"a recipe is not as this program writes it: {error}") from None

    def digest(self, steps: int | None = None) -> str:
        """A hash of the first so many steps (all by default): what they do, whatever seed they were drawn with."""
        data = [step.to_data() for step in self.steps[:steps]]
        return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
