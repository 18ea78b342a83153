"""The takes that were looked at, for each recording and seed: numbers, pictures, and whether these are still true."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from engine.files.labels import stamp
from engine.project import Project
from engine.recipe import Recipe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_TAKES = 40
MOST_STRIPS = 12


@dataclass(eq=False)
class Thumb:
    """A take that was looked at: its picture, and what that is of; `fresh` while that is what the chain draws now."""

    variant: int
    picture: NDArray[np.uint8] | None = None
    made_of: Hashable = None
    fresh: bool = False
    error: str = ""


Strip: TypeAlias = OrderedDict[int, Thumb]


@dataclass
class Looked:
    """Strips of takes by recording and seed; of takes and of strips the longest not looked at are forgotten."""

    _strips: OrderedDict[Hashable, Strip] = field(default_factory=OrderedDict)

    def look_at(self, project: Project) -> Strip:
        """The strip of the project's recording and seed, with its take in it."""
        key = (project.selected, project.seed)
        strip = self._strips.setdefault(key, OrderedDict())
        self._strips.move_to_end(key)
        strip.setdefault(project.variant, Thumb(project.variant))
        strip.move_to_end(project.variant)
        _trim(self._strips, MOST_STRIPS)
        _trim(strip, MOST_TAKES)
        return strip

    def doubt(self) -> None:
        """The chain has changed: no picture is known to be true any more."""
        for strip in self._strips.values():
            for thumb in strip.values():
                thumb.fresh = False


def made_of(recipe: Recipe, project: Project) -> Hashable:
    """What a take's picture depends on beside its recording; its labels, where steps work by them."""
    labels = stamp(project.selected) if project.selected and recipe.awaits_labels else None
    return recipe.digest(), project.banks, labels


def _trim(kept: OrderedDict[Hashable, Strip] | Strip, most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)
