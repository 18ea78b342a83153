"""What a child process is asked: frozen requests, run there, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ..params import Value
from .described import Format, PluginParameter

if TYPE_CHECKING:
    from .serving import Bench


class Request(Protocol):
    """A frozen dataclass that holds all that its work needs."""

    def run(self, bench: Bench) -> object:
        """Do the work in the child; what it raises is told as a refusal."""
        ...


class Refused(Exception):
    """A plugin did not do what it should have; the message is a predicate."""


@dataclass(frozen=True)
class Answer:
    """What a request came to, or a predicate that says why it came to nothing."""

    value: Any = None
    refused: str = ""


@dataclass(frozen=True)
class Names:
    """Which plugins are in a file."""

    path: str
    format: Format

    def run(self, bench: Bench) -> tuple[str, ...]:
        """Their names, as the file says them."""
        return tuple(bench.loader.names_in(self.path, self.format))


@dataclass(frozen=True)
class Facts:
    """What a plugin says of itself when it is looked at."""

    title: str
    maker: str
    version: str
    channels: tuple[int, ...]
    latency_frames: int
    parameters: tuple[PluginParameter, ...]


@dataclass(frozen=True)
class Examine:
    """Load a plugin and look at it."""

    path: str
    name: str
    format: Format

    def run(self, bench: Bench) -> Facts:
        """What it is; refused where it is no effect that takes one or two channels."""
        from .loading import channels_of, parameters_of

        plugin = bench.loader.load(self.path, self.name, self.format)
        if not plugin.is_effect:
            raise Refused("is an instrument, which takes no sound in")
        parameters = parameters_of(plugin)
        channels = channels_of(plugin)
        if not channels:
            raise Refused("takes neither one nor two channels")
        latency = int(plugin.reported_latency_samples)
        return Facts(plugin.name, plugin.manufacturer_name, plugin.version, channels, latency, parameters)


@dataclass(frozen=True)
class Open:
    """Get a plugin ready for a stream of so many channels; its blocks lie in a mapped file.

    `values` are by pedalboard's names. What is not `live` gets a plugin that was never
    used before: what it did must not be heard.
    """

    path: str
    name: str
    format: Format
    digest: str
    state: bytes
    values: tuple[tuple[str, Value], ...]
    widths: tuple[int, ...]
    channels: int
    sample_rate: int
    shared: str
    live: bool

    def run(self, bench: Bench) -> int:
        """By how many frames the stream holds the sound back."""
        return bench.open(self)


@dataclass(frozen=True)
class Run:
    """Work on so many frames that lie in the mapped file, each channel's side by side, and put the sound there."""

    frames: int

    def run(self, bench: Bench) -> None:
        """Run the stream's next block."""
        bench.run(self.frames)


@dataclass(frozen=True)
class Reset:
    """Forget the sound so far."""

    def run(self, bench: Bench) -> None:
        """Begin the stream anew."""
        bench.reset()
