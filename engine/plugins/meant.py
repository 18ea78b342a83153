"""Which transform a step of a chain means by the plugin that it names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .absent import absent
from .declared import declare
from .shelf import Shelf

if TYPE_CHECKING:
    from ..transform import Transform
    from .described import PluginRef


def meant(name: str, ref: PluginRef, parameters: Iterable[str]) -> type[Transform]:
    """The plugin's transform where that very plugin is here; else what keeps parameters of these names as they are."""
    here = Shelf().exact(ref)
    return absent(name, parameters) if here is None else declare(here)
