"""What a transform is: a frozen declaration that registers itself by existing, and the processors it makes.

Three kinds, told apart by what they must know:

* `Streaming` needs only the past: filters, dynamics, delays, noise at a fixed level;
* `Measured` first measures the whole clip (peak, loudness, active level), then streams; it changes no time;
* `WholeClip` takes the whole clip and changes time, and says how by a `TimeMap`.

A subclass declares its parameters with `params.number`, `choice`, `switch` and `bank`. From that alone come
checks, YAML, the form in the window, command-line help, the catalogue page and the laws that test it.
"""

from __future__ import annotations

import dataclasses
import inspect
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias, dataclass_transform

from .params import Bank, Param, SettingError, Value, bank, choice, number, switch

if TYPE_CHECKING:
    from .clip import Samples, TimeMap
    from .draws import Draw

QUANTUM = 512
"""Frames in a block of what is played as it is made."""

Numbers = Mapping[str, float]
"""What a `Measured` transform found out about the clip, by name."""

StepNumbers: TypeAlias = tuple[tuple[str, tuple[tuple[str, float], ...]], ...]
"""What Measured steps found, by step id: the hashable form of `Mapping[str, Numbers]`."""

_registry: dict[str, type[Transform]] = {}


@dataclass(frozen=True)
class StreamSpec:
    """What a processor is about to be fed; `frames` is the clip's length, None for a microphone."""

    sample_rate: int
    channels: int
    frames: int | None = None


class Processor(Protocol):
    """A transform at work on one stream; one thread's own.

    `process` takes float32 (channels, n), read-only, and gives a new array of the same shape, whose content lies
    `latency` frames behind what went in. `tail` is how many frames it may ring on after its input has ended. Blocks
    may be of any length from 1 frame. `reset(frame)` forgets the past and goes on at an absolute frame of the clip.
    """

    latency: int
    tail: int

    def process(self, block: Samples) -> Samples:
        """Work on the next block."""
        ...

    def reset(self, frame: int = 0) -> None:
        """Forget the past; the next block starts at this frame of the clip."""
        ...


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(number, choice, switch, bank))
class Transform:
    """The base of all transforms; a subclass that is not `abstract` is in the registry from then on."""

    version: ClassVar[int] = 1
    """Raised whenever the transform's sound changes; manifests and presets store it."""

    also_called: ClassVar[tuple[str, ...]] = ()
    """Names that other tools use for it, as words to search by."""

    reference: ClassVar[str] = ""
    """The paper, standard or program that it follows, for whoever wants to read on."""

    category: ClassVar[str] = ""
    """The family, taken from the name of the module that the transform is declared in."""

    block_tolerance: ClassVar[float] = 0.0
    """How far two block sizes may differ in a sample, at full scale; the reason stands beside each that is not 0."""

    remembers_start: ClassVar[bool] = False
    """Whether its sound depends on where its stream began, for ever; the reason stands beside each that says so.

    After a seek the live bridge of such a step sounds alike, and is not the same samples as the render.
    """

    across_channels: ClassVar[bool] = False
    """Whether a channel's sound depends on the other channels or on its place among them, as with stereo width."""

    def __init_subclass__(cls, abstract: bool = False) -> None:
        """Make the subclass a frozen dataclass and register it under its name."""
        super().__init_subclass__()
        dataclass(frozen=True, kw_only=True)(cls)
        if abstract:
            return
        known = _registry.get(cls.__name__)
        if known is not None and known.__module__ != cls.__module__:
            raise TypeError(f"two transforms are called {cls.__name__}: in {known.__module__} and {cls.__module__}")
        cls.category = cls.__module__.rpartition(".")[2]
        _registry[cls.__name__] = cls

    @classmethod
    @cache
    def params(cls) -> dict[str, Param]:
        """The declared parameters by name, in order."""
        return {
            spec.name: dataclasses.replace(spec.metadata["param"], name=spec.name)
            for spec in dataclasses.fields(cls)  # type: ignore[arg-type]  # every subclass is a dataclass
            if "param" in spec.metadata
        }

    @classmethod
    def bank_param(cls) -> str | None:
        """The name of the parameter that names a bank, for transforms that play recordings."""
        return next((name for name, param in cls.params().items() if isinstance(param, Bank)), None)

    def recordings_wanted(self) -> int:
        """How many recordings of its bank it plays; only asked where it has a bank."""
        return 1

    @classmethod
    def summary(cls) -> str:
        """The first sentence of the transform's description."""
        return inspect.getdoc(cls).partition("\n")[0]  # type: ignore[union-attr]  # a law: all are documented

    @classmethod
    def checked(cls, values: Mapping[str, Value]) -> Transform:
        """The transform with these values, checked; raises `SettingError` naming the parameter."""
        params = cls.params()
        fine: dict[str, Value] = {}
        for name, value in values.items():
            if name not in params:
                raise SettingError(f"{cls.__name__} has no parameter {name}; it has {', '.join(params) or 'none'}")
            try:
                fine[name] = params[name].check_value(value)
            except SettingError as error:
                raise SettingError(f"{cls.__name__}: {name} {error}") from None
        return cls(**fine)


class Streaming(Transform, abstract=True):
    """A transform that needs only the past."""

    @abstractmethod
    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """A new processor for one stream."""


class Measured(Transform, abstract=True):
    """A transform that measures the whole clip and then streams with what it found; changes no time."""

    @abstractmethod
    def measure(self, samples: Samples, spec: StreamSpec, draw: Draw) -> Numbers:
        """Measure the step's whole input, read-only float32 (channels, frames), however it lies in memory."""

    @abstractmethod
    def processor(self, spec: StreamSpec, draw: Draw, numbers: Numbers) -> Processor:
        """A new processor for one stream of that clip."""


class WholeClip(Transform, abstract=True):
    """A transform that changes time, and so takes the clip as a whole."""

    @abstractmethod
    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The changed clip, a new float32 array (channels, at least 1 frame), and where its pieces came from.

        `samples` are read-only, each channel's frames side by side.
        """


def registered() -> dict[str, type[Transform]]:
    """All transforms by name, in alphabetical order; importing the families fills the registry."""
    from . import transforms

    transforms.import_all()
    return dict(sorted(_registry.items()))


def find(name: str) -> type[Transform]:
    """The transform of that name, or of the plugin on the user's shelf; raises `SettingError` with near names."""
    if name not in _registry:  # sorting them all for every step of every draw would be felt while a knob is dragged
        from .plugins import declared

        plugin = declared.find(name)
        if plugin is not None:
            return plugin
        registered()
    if name not in _registry:
        near = _near(name)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; see `python main.py transforms`"
        raise SettingError(f"there is no transform {name}{hint}")
    return _registry[name]


def _near(name: str) -> list[str]:
    """The transforms that another tool calls so, or else those with nearly this name."""
    import difflib

    from .finding import CALLED_EXACTLY, Findable, rank

    known = registered()
    asked = [own for own, kind in known.items() if rank(Findable((own,), kind.also_called), name) <= CALLED_EXACTLY]
    return asked or difflib.get_close_matches(name, known, n=3)
