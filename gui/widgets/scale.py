"""Numbers as hands and keyboards make them: tidy values, steps, and settings read from typed text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from engine.params import Choice, Number, Options, Param, Range, Setting, SettingError, Value

from ..words import tr

MINUS = "\N{MINUS SIGN}"
POSITIONS = 300
"""A drag needs no finer grain than its slider has pixels; values are rounded to about that."""

_WRITTEN = {
    "snr": "SNR", "lufs": "LUFS", "lfo": "LFO", "dc": "DC", "q": "Q", "hz": "Hz", "khz": "kHz", "db": "dB",
    "rt60": "RT60", "riaa": "RIAA", "cd": "CD", "am": "AM", "fm": "FM", "rms": "RMS", "voip": "VoIP", "us": "µs",
}  # fmt: skip

_RANGE_BETWEEN = re.compile(r"\.\.\.?|…|–|\bto\b")
_LIST_BETWEEN = re.compile(r"[,;|]")


def tidy(number: Number, value: float, fine: bool = False) -> float:
    """The value without digits that nobody chose: what a pixel (a tenth of one if fine) can tell apart."""
    if number.integer:
        value = number.low + number.step * round((value - number.low) / number.step)
    elif number.scale == "log":
        value = float(f"{value:.{4 if fine else 3}g}")
    else:
        digits = -math.floor(math.log10((number.high - number.low) / POSITIONS)) + fine
        value = round(value, digits)
    return min(max(value, number.low), number.high)


def stepped(number: Number, value: float, steps: float, fine: bool = False) -> float:
    """The value some hundredths of the scale (thousandths if fine) further; at least one whole step."""
    position = number.position(value) + steps * (0.001 if fine else 0.01)
    moved = tidy(number, number.value_at(position), fine)
    if number.integer and moved == value:
        moved = min(max(value + math.copysign(number.step, steps), number.low), number.high)
    return moved


def spelt_out(words: Iterable[str]) -> str:
    """Words of a name in the code as people write them."""
    return " ".join(_WRITTEN.get(word, word) for word in words)


def worded(option: str) -> str:
    """A choice in the user's words."""
    said = tr(option)
    return said if said != option else spelt_out(option.split("_"))


def shown(param: Param, setting: Setting) -> str:
    """A setting as the window writes it: a real minus, and the unit once."""
    if not isinstance(param, Number):
        values = setting.values if isinstance(setting, Options) else (setting,)
        say = worded if isinstance(param, Choice) else tr
        return " | ".join(say(param.words(value)) for value in values if not isinstance(value, Range))
    unit = f" {param.unit}" if param.unit else ""
    if isinstance(setting, Range):
        text = f"{param.words(setting.low).removesuffix(unit)} … {param.words(setting.high)}"
    elif isinstance(setting, Options):
        text = ", ".join(param.words(value).removesuffix(unit) for value in setting.values) + unit
    else:
        text = param.words(setting)
    return text.replace("-", MINUS).replace(" :", ":")


def bare(param: Number, setting: Setting) -> str:
    """A setting as the window writes it where its unit is said already."""
    return shown(param, setting).removesuffix(f" {param.unit}").removesuffix(param.unit)


def typed(setting: Setting) -> str:
    """A setting as a person would type it, exactly."""
    if isinstance(setting, Range):
        return f"{setting.low:.12g}..{setting.high:.12g}"
    if isinstance(setting, Options):
        return ", ".join(_plain(value) for value in setting.values)
    return _plain(setting)


def _plain(value: Value) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def read_setting(number: Number, text: str) -> Setting:
    """A value (`-6`, `1.2 kHz`), a range (`-12..-6`) or a list (`-2, -1, 1`); raises `SettingError` in one sentence."""
    text = text.replace(MINUS, "-").strip().strip("[]{}")
    ends = _RANGE_BETWEEN.split(text)
    if len(ends) == 2:
        return number.check(Range(_number(number, ends[0]), _number(number, ends[1])))
    entries = [entry for entry in _LIST_BETWEEN.split(text) if entry.strip()]
    if len(entries) > 1:
        return number.check(Options(tuple(_number(number, entry) for entry in entries)))
    return number.check(_number(number, text))


def _number(number: Number, text: str) -> float:
    text = text.strip()
    unit = number.unit.casefold()
    if unit and text.casefold().endswith(unit):
        text = text[: -len(unit)].strip()
    thousand = text.casefold().endswith("k")
    try:
        return float(text[:-1] if thousand else text) * (1000 if thousand else 1)
    except ValueError:
        sentence = tr(
            "“{text}” is not a number; write a number, a range such as 1..2 or a list such as 1, 2", text=text
        )
        raise SettingError(sentence) from None
