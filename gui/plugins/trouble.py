"""Why the plugin of a step does not run, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.chain import Step
from engine.plugins.described import PluginRef

from ..words import tr
from .rack import Rack

Deed = Literal["find", "use", "run", "again"]
"""Look for it, take the one that is here, let it run, try again."""


@dataclass(frozen=True)
class Trouble:
    """A sentence, and what the button beside it does; `passed_over` where the step is not in the draw at all."""

    words: str
    offer: str
    deed: Deed
    passed_over: bool = True


def trouble_of(step: Step, rack: Rack, faults: Mapping[str, str]) -> Trouble | None:
    """What is wrong with a step's plugin; nothing for a step that is none."""
    if step.plugin is None:
        return None
    if rack.shelf.exact(step.plugin) is None:
        return _not_here(step.plugin, rack)
    if not rack.runs(step.plugin):
        words = tr("{name} was not allowed to run. Its step is passed over.", name=step.plugin.name)
        return Trouble(words, tr("Run it …"), "run")
    if step.id in faults:
        return Trouble(faults[step.id], tr("Try again"), "again", passed_over=False)
    return None


def _not_here(ref: PluginRef, rack: Rack) -> Trouble:
    other = rack.shelf.alike(ref)
    if other is None:
        words = tr("{name} is not on this computer. Its step is passed over, and keeps its values.", name=ref.name)
        return Trouble(words, tr("Find it …"), "find")
    if other.version != ref.version:
        words = tr(
            "This step was made with {name} {version}, and here is {other}. It is passed over.",
            name=ref.name, version=ref.version, other=other.version,
        )  # fmt: skip
    else:
        words = tr("This step was made with another build of {name} {version}. It is passed over.",
                   name=ref.name, version=ref.version)  # fmt: skip
    return Trouble(words, tr("Use {version}", version=other.version), "use")
