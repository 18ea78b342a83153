"""Transforms made of plugins: from a plugin's description comes a class like any other's, which nobody has written.

They are in no registry: what is registered does not depend on the machine, and neither do the laws, the catalogue's
pages and the tests. `engine.transform.find` asks here for a name that no transform of ours has, in whichever process.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, ClassVar

from ..draws import Draw
from ..params import Value, choice, number, switch
from ..transform import Processor, Streaming, StreamSpec
from . import permit
from .conduct import now
from .described import Described, PluginParameter, PluginRef
from .hosting import Setup
from .processor import processor_for
from .shelf import Shelf

CATEGORY = "plugins"


class PluginTransform(Streaming, abstract=True):
    """A plugin as a step; its subclasses are made by `declare`."""

    described: ClassVar[Described]

    plugin: PluginRef | None = None
    step: str = ""

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """The plugin at work; raises `PluginFault` where it may not be loaded, or does not work and must."""
        ref, step = self.plugin or self.described.ref(), self.step or self.described.name
        values = tuple((one.own, getattr(self, one.name)) for one in self.described.parameters)
        setup = Setup(permit.permitted(ref, step), ref.state, values, spec.channels, spec.sample_rate)
        return processor_for(setup, step, now())

    def of(self, step: str, plugin: PluginRef) -> PluginTransform:
        """The same as a step has it: what it is called in a sentence, which plugin it means and in which state."""
        return replace(self, step=step, plugin=plugin)


def find(name: str) -> type[PluginTransform] | None:
    """The transform of the plugin on the user's shelf that has this name."""
    described = Shelf().find(name)
    return None if described is None else declare(described)


@lru_cache(maxsize=1024)
def declare(described: Described) -> type[PluginTransform]:
    """The transform of a plugin, the same class for the same description."""

    def fill(body: dict[str, Any]) -> None:
        maker = f" by {described.maker}" if described.maker else ""
        body["__doc__"] = f"{described.title}{maker}, a {described.format} plugin in version {described.version}."
        body["__module__"] = __name__
        body["__annotations__"] = {one.name: _TYPES[one.kind] for one in described.parameters}
        body |= {one.name: _declared(one) for one in described.parameters}
        body |= {"described": described, "category": CATEGORY, "across_channels": 2 in described.channels}

    return types.new_class(described.name, (PluginTransform,), {"abstract": True}, fill)


_TYPES: Mapping[str, type[Value]] = {"number": float, "choice": str, "switch": bool}


def _declared(one: PluginParameter) -> Any:
    if one.kind == "switch":
        return switch(bool(one.default), help=one.label)
    if one.kind == "choice":
        return choice(str(one.default), one.choices, help=one.label)
    return number(
        float(one.default), one.low, one.high, one.unit, scale=one.scale, integer=one.integer, help=one.label
    )  # fmt: skip
