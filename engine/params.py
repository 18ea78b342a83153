"""How one number, word or switch of a transform is declared, checked, drawn, written and shown.

What a parameter holds takes four forms:

* a *setting* is what a chain stores: a plain value, a `Range` or `Options`;
* a *value* is what a recipe stores: concrete, drawn from the setting;
* *data* is what a YAML or JSON file stores: `-6`, `[-12, 12]`, `{choice: [-2, 2]}`;
* a *position* is where a slider stands, from 0 to 1.

`Param.check` accepts a setting or refuses it in words, `Param.draw` turns a setting into a value,
`Param.to_data` and `Param.from_data` translate for files, and `Number.position` and `Number.value_at`
for sliders. Nothing else in the program lists parameters, units, ranges or scales.
"""

from __future__ import annotations

import dataclasses
import math
import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Value: TypeAlias = float | int | str | bool
Scale = Literal["linear", "log"]

SIGNIFICANT_DIGITS = 7
"""Drawn numbers are rounded to so many digits: a recipe stays readable and immune to the last bit of libm."""


class SettingError(ValueError):
    """A setting that its parameter cannot take; the message is one sentence for the user."""


@dataclass(frozen=True)
class Range:
    """A setting that is drawn uniformly between two ends, on the parameter's own scale."""

    low: float
    high: float


@dataclass(frozen=True)
class Options:
    """A setting that is drawn from a list, each entry equally likely."""

    values: tuple[Value, ...]


Setting: TypeAlias = Value | Range | Options


@dataclass(frozen=True, kw_only=True)
class Param(ABC):
    """What every parameter declares; `name` is filled in from the transform's attribute."""

    name: str = ""
    default: Any = None
    help: str = ""

    @abstractmethod
    def check_value(self, value: object) -> Value:
        """Return the value in its canonical type, or raise `SettingError`."""

    @abstractmethod
    def words(self, value: Value) -> str:
        """The value as a person reads it, with its unit."""

    def check(self, setting: object) -> Setting:
        """Return the setting in its canonical form, or raise `SettingError`."""
        if isinstance(setting, Options):
            if not setting.values:
                raise SettingError("a choice needs at least one entry")
            return Options(tuple(self.check_value(value) for value in setting.values))
        if isinstance(setting, Range):
            raise SettingError("takes one value or {choice: [...]}, not a range")
        return self.check_value(setting)

    def draw(self, setting: Setting, uniform: float) -> Value:
        """Turn a checked setting and a uniform number from [0, 1) into a value."""
        if isinstance(setting, Options):
            return setting.values[int(uniform * len(setting.values))]
        if isinstance(setting, Range):
            raise SettingError("takes one value or {choice: [...]}, not a range")
        return setting

    def to_data(self, setting: Setting) -> object:
        """The setting as plain data for a file."""
        if isinstance(setting, Range):
            return [setting.low, setting.high]
        if isinstance(setting, Options):
            return {"choice": list(setting.values)}
        return setting

    def from_data(self, data: object) -> Setting:
        """Read what `to_data` wrote or a person typed; raises `SettingError`."""
        if isinstance(data, dict):
            if set(data) != {"choice"} or not isinstance(data["choice"], list):
                raise SettingError("a mapping here must be {choice: [...]}")
            return self.check(Options(tuple(data["choice"])))
        if isinstance(data, list):
            return self.check(_range_from(data))
        return self.check(data)

    def setting_words(self, setting: Setting) -> str:
        """The setting as a person reads it."""
        if isinstance(setting, Options):
            return " | ".join(self.words(value) for value in setting.values)
        if isinstance(setting, Range):
            return f"{self.words(setting.low)} … {self.words(setting.high)}"
        return self.words(setting)


def _range_from(data: list[object]) -> Range:
    if len(data) != 2 or not all(_is_number(end) for end in data):
        raise SettingError("a range is written [low, high], with two numbers")
    return Range(data[0], data[1])  # type: ignore[arg-type]  # both were just seen to be numbers


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True, kw_only=True)
class Number(Param):
    """A number with limits, a unit and a scale; `typical` is the range offered when one is first asked for."""

    low: float = 0.0
    high: float = 1.0
    unit: str = ""
    scale: Scale = "linear"
    typical: tuple[float, float] = (0.0, 1.0)
    integer: bool = False
    step: int = 1
    """What whole numbers go up by, from `low` on."""

    def check_value(self, value: object) -> Value:
        """Accept a finite number within the limits."""
        if not _is_number(value):
            raise SettingError(f"must be a number, not {value!r}")
        number = float(value)  # type: ignore[arg-type]  # seen to be a number above
        if not math.isfinite(number):
            raise SettingError("must be a finite number")
        if not self.low <= number <= self.high:
            raise SettingError(f"{number:g} is outside {self.low:g} … {self.high:g}{self._unit_suffix()}")
        if not self.integer:
            return number
        if number != int(number):
            raise SettingError(f"must be a whole number, not {number:g}")
        if (int(number) - int(self.low)) % self.step:
            raise SettingError(f"must go in steps of {self.step} from {self.low:g}, not {number:g}")
        return int(number)

    def check(self, setting: object) -> Setting:
        """Accept also a range, low end first."""
        if not isinstance(setting, Range):
            return super().check(setting)
        low, high = self.check_value(setting.low), self.check_value(setting.high)
        if low > high:  # type: ignore[operator]  # check_value gives numbers here
            raise SettingError(f"the range [{setting.low:g}, {setting.high:g}] has its low end above its high end")
        return Range(low, high)  # type: ignore[arg-type]  # as above

    def draw(self, setting: Setting, uniform: float) -> Value:
        """Draw a range uniformly on the parameter's own scale."""
        if not isinstance(setting, Range):
            return super().draw(setting, uniform)
        if self.integer:
            steps = (int(setting.high) - int(setting.low)) // self.step
            return int(setting.low) + self.step * int(uniform * (steps + 1))
        if self.scale == "log":
            drawn = setting.low * (setting.high / setting.low) ** uniform
        else:
            drawn = setting.low + (setting.high - setting.low) * uniform
        return min(max(_rounded(drawn), setting.low), setting.high)

    def position(self, value: float) -> float:
        """Where a slider stands for a value, 0 to 1, on the parameter's scale."""
        if self.scale == "log":
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def value_at(self, position: float) -> float:
        """The value at a slider's position, 0 to 1; the inverse of `position`."""
        position = min(max(position, 0.0), 1.0)
        if self.scale == "log":
            value = self.low * (self.high / self.low) ** position
        else:
            value = self.low + (self.high - self.low) * position
        value = self.low + self.step * round((value - self.low) / self.step) if self.integer else _rounded(value)
        return min(max(value, self.low), self.high)

    def words(self, value: Value) -> str:
        """The number with as many digits as its size needs, and its unit."""
        number = float(value)
        if self.integer or number == int(number):
            text = f"{int(number)}"
        elif abs(number) >= 100:
            text = f"{number:.0f}"
        elif abs(number) >= 10:
            text = f"{number:.1f}"
        else:
            text = f"{number:.3g}"
        return f"{text}{self._unit_suffix()}"

    def _unit_suffix(self) -> str:
        return f" {self.unit}" if self.unit else ""


def _rounded(value: float) -> float:
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


@dataclass(frozen=True, kw_only=True)
class Choice(Param):
    """One word of a closed list."""

    options: tuple[str, ...] = ()

    def check_value(self, value: object) -> Value:
        """Accept a word of the list."""
        if value not in self.options or not isinstance(value, str):
            raise SettingError(f"must be one of {', '.join(self.options)}, not {value!r}")
        return value

    def words(self, value: Value) -> str:
        """The word itself."""
        return str(value)


@dataclass(frozen=True, kw_only=True)
class Switch(Param):
    """On or off."""

    def check_value(self, value: object) -> Value:
        """Accept true or false."""
        if not isinstance(value, bool):
            raise SettingError(f"must be true or false, not {value!r}")
        return value

    def words(self, value: Value) -> str:
        """The words on and off."""
        return "on" if value else "off"


@dataclass(frozen=True, kw_only=True)
class Bank(Param):
    """The logical name of a folder of recordings, which the user binds to a real folder."""

    def check_value(self, value: object) -> Value:
        """Accept a short name of letters, digits, dash and underscore."""
        if not isinstance(value, str) or not value or not value.replace("-", "").replace("_", "").isalnum():
            raise SettingError(f"must be a bank's name (letters, digits, - and _), not {value!r}")
        return value

    def words(self, value: Value) -> str:
        """The name itself."""
        return str(value)


@dataclass(frozen=True, kw_only=True)
class Folder(Param):
    """A folder of the user's, empty for the one that the system has for it."""

    def check_value(self, value: object) -> Value:
        """Accept an absolute path, there or not, or nothing."""
        if not isinstance(value, str) or "\0" in value or (value and not os.path.isabs(value)):
            raise SettingError(f"must be the whole path of a folder, or empty, not {value!r}")
        return value

    def words(self, value: Value) -> str:
        """The path itself."""
        return str(value)


def number(
    default: float,
    low: float,
    high: float,
    unit: str = "",
    *,
    typical: tuple[float, float] | None = None,
    scale: Scale = "linear",
    integer: bool = False,
    step: int = 1,
    help: str,
) -> Any:
    """Declare a number; `typical` is the range offered when one is first asked for (all of it by default)."""
    param = Number(
        default=default, low=low, high=high, unit=unit, scale=scale, integer=integer, step=step, help=help,
        typical=typical or (low, high),
    )  # fmt: skip
    return _declared(param)


def choice(default: str, options: Sequence[str], *, help: str) -> Any:
    """Declare one word of a closed list."""
    return _declared(Choice(default=default, options=tuple(options), help=help))


def switch(default: bool, *, help: str) -> Any:
    """Declare something that is on or off."""
    return _declared(Switch(default=default, help=help))


def bank(default: str, *, help: str) -> Any:
    """Declare a folder of recordings by its logical name; at most one for a transform."""
    return _declared(Bank(default=default, help=help))


def folder(*, help: str) -> Any:
    """Declare a folder of the user's."""
    return _declared(Folder(default="", help=help))


def _declared(param: Param) -> Any:
    checked = param.check_value(param.default)
    return dataclasses.field(default=checked, metadata={"param": dataclasses.replace(param, default=checked)})
