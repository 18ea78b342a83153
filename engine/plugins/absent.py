"""A plugin that is not on this computer: its step keeps all that was set, and nobody runs it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from types import new_class
from typing import TYPE_CHECKING

from ..params import Param, Range, Setting, SettingError, Value
from ..transform import Processor, Streaming, StreamSpec, Transform
from .fault import PluginFault

if TYPE_CHECKING:
    from ..draws import Draw

LETTERS_MAX = 1000


@dataclass(frozen=True, kw_only=True)
class Kept(Param):
    """A parameter of which nothing is known but what it was set to, which stays as it is."""

    def check_value(self, value: object) -> Value:
        """Accept a finite number, a switch and a short text."""
        if isinstance(value, str) and len(value) <= LETTERS_MAX:
            return value
        if isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
            return value
        raise SettingError("must be a number, true, false or a short text")

    def check(self, setting: object) -> Setting:
        """Accept also a range of numbers."""
        if isinstance(setting, Range) and setting.low > setting.high:
            raise SettingError(f"the range [{setting.low:g}, {setting.high:g}] has its low end above its high end")
        return setting if isinstance(setting, Range) else super().check(setting)

    def draw(self, setting: Setting, uniform: float) -> Value:
        """Its low end for a range: nothing is heard of it."""
        return setting.low if isinstance(setting, Range) else super().draw(setting, uniform)

    def words(self, value: Value) -> str:
        """The value as it is written."""
        return str(value)


class AbsentPlugin(Streaming, abstract=True):
    """A plugin that is not on this computer."""

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """There is none."""
        raise PluginFault(f"the plugin {type(self).__name__} is not on this computer")


def absent(name: str, parameters: Iterable[str]) -> type[Transform]:
    """What stands in for the plugin of that transform's name, with parameters of these names."""
    return _made(name, tuple(sorted(parameters)))


@lru_cache(maxsize=256)
def _made(name: str, parameters: tuple[str, ...]) -> type[Transform]:
    """The names are somebody else's words, so none becomes an attribute: one might be called as a method is."""
    params = {word: Kept(name=word, default=0) for word in parameters}
    body = {"__doc__": AbsentPlugin.__doc__, "__module__": __name__, "params": classmethod(lambda cls: params)}
    return new_class(name, (AbsentPlugin,), {"abstract": True}, lambda space: space.update(body))
