"""The door to pedalboard's plugin classes; only a child process of child.py comes through it."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from ..clip import Samples
from ..params import Scale, Value
from .described import Format, Kind, PluginParameter

PATIENCE_S = 5.0
"""pedalboard waits so long for a plugin that loads its parts behind its back."""
CHOICES_MAX = 100
_TRIED_FRAMES = 512
_TRIED_RATE = 48000.0

RESERVED = frozenset((
    "id", "p", "enabled", "weight", "redraw", "transform", "version", "region", "locked", "key", "one_of", "some_of",
    "plugin", "described", "step", "params", "processor", "category", "summary", "checked", "reference", "also_called",
    "bank_param", "recordings_wanted", "block_tolerance", "remembers_start", "across_channels",
))  # fmt: skip
"""Words that a step's text or its transform uses itself."""
_LEFT_OUT = frozenset(("current_program", "program", "bypass", "master_bypass"))
"""A program sets all other parameters, which a step sets itself; a step's own switch is its bypass."""


class Loaded(Protocol):
    """A plugin in this process, as pedalboard gives it, or a test's stand-in."""

    name: str
    manufacturer_name: str
    version: str
    is_effect: bool
    reported_latency_samples: int
    raw_state: bytes
    parameters: dict[str, Any]

    def process(self, block: Samples, sample_rate: float, buffer_size: int = ..., reset: bool = ...) -> Samples:
        """The sound of the next block, or of less while the plugin holds some back."""
        ...

    def reset(self) -> None:
        """Forget the past."""
        ...


def names_in(path: str, kind: Format) -> list[str]:
    """The plugins in one file; raises ImportError where there are none."""
    names: list[str] = _class_of(kind).get_plugin_names_for_file(path)
    return names


def load(path: str, name: str, kind: Format) -> Loaded:
    """Load a plugin; raises what pedalboard raises."""
    loaded: Loaded = _class_of(kind)(path, plugin_name=name, initialization_timeout=PATIENCE_S)
    return loaded


def _class_of(kind: Format) -> Any:
    import pedalboard

    name = "VST3Plugin" if kind == "VST3" else "AudioUnitPlugin"
    found = getattr(pedalboard, name, None)
    if found is None:
        raise ImportError(f"{kind} plugins do not exist on this system")
    return found


def channels_of(plugin: Loaded) -> tuple[int, ...]:
    """The numbers of channels that it takes at once."""
    return tuple(count for count in (1, 2) if _takes(plugin, count))


def _takes(plugin: Loaded, channels: int) -> bool:
    try:
        plugin.process(np.zeros((channels, _TRIED_FRAMES), np.float32), _TRIED_RATE, buffer_size=_TRIED_FRAMES)
    except ValueError:
        return False
    return True


def parameters_of(plugin: Loaded) -> tuple[PluginParameter, ...]:
    """What of its parameters a step can set; meters and what else a host cannot move are left out."""
    found: dict[str, PluginParameter] = {}
    for own, parameter in plugin.parameters.items():
        if own not in _LEFT_OUT and parameter.is_automatable:
            declared = _declared(plugin, own, parameter)
            if declared is not None:
                found.setdefault(declared.name, declared)
    return tuple(found.values())


def _declared(plugin: Loaded, own: str, parameter: Any) -> PluginParameter | None:
    name, label = _name(own), str(parameter.name).strip() or own
    default = getattr(plugin, own)
    if parameter.type is bool:
        return PluginParameter(name, own, label, "switch", bool(default))
    if parameter.type is str:
        return _worded(name, own, label, parameter, str(default))
    values = [float(value) for value in parameter.valid_values]
    if len(values) < 2 or not all(np.isfinite(values)):
        return None
    unit = str(parameter.units or "").strip()
    if sorted(set(values)) == [0.0, 1.0] and not unit:
        return PluginParameter(name, own, label, "switch", float(default) >= 0.5)
    return _number(name, own, label, values, float(default), unit)


def _worded(name: str, own: str, label: str, parameter: Any, default: str) -> PluginParameter | None:
    words = tuple(dict.fromkeys(str(value) for value in parameter.valid_values))
    if len(words) < 2:
        return None
    if len(words) <= CHOICES_MAX and default in words and all(word.isprintable() and word for word in words):
        kind: Kind = "choice"
        return PluginParameter(name, own, label, kind, default, choices=words)
    return PluginParameter(name, own, label, "number", float(parameter.raw_value), raw=True)


def _number(name: str, own: str, label: str, values: list[float], default: float, unit: str) -> PluginParameter:
    low, high = _rounded(min(values)), _rounded(max(values))
    steps = sorted(set(values))
    integer = len(steps) <= CHOICES_MAX + 1 and steps == [float(round(low) + n) for n in range(len(steps))]
    first: Value = int(default) if integer else min(max(_rounded(default, high - low), low), high)
    return PluginParameter(name, own, label, "number", first, unit, low, high, _scale(values, low, high), integer)


def _scale(values: list[float], low: float, high: float) -> Scale:
    """Logarithmic where the knob's middle is nearer to the geometric mean of its ends than to the arithmetic one."""
    if low <= 0 or len(values) < 3:
        return "linear"
    middle = sorted(values)[len(values) // 2]
    geometric, arithmetic = (low * high) ** 0.5, (low + high) / 2
    return "log" if abs(middle - geometric) < abs(middle - arithmetic) else "linear"


def _rounded(value: float, of: float = 0.0) -> float:
    """Without what single precision left behind, also where that is all there is to a zero in a range so wide."""
    return float(f"{value:.6g}") if abs(value) > of * 1e-6 else 0.0


def _name(own: str) -> str:
    name = own if own.isidentifier() else f"p_{own}"
    return f"{name}_" if name in RESERVED else name


def values_to(plugin: Loaded, values: dict[str, Value]) -> None:
    """Set parameters by pedalboard's names of them; a number that was rounded past an end is the end."""
    parameters = plugin.parameters
    for own, value in values.items():
        parameter = parameters[own]
        if parameter.type is float:
            setattr(plugin, own, min(max(float(value), parameter.min_value), parameter.max_value))
        elif parameter.type is str and not isinstance(value, str):
            parameter.raw_value = float(value)
        else:
            setattr(plugin, own, value)
