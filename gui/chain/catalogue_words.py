"""What the catalogue lists and how it is searched; no widgets here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from engine import finding
from engine.catalogue import further, kind_of
from engine.params import Choice
from engine.transform import registered

from ..rows.row import spoken
from ..words import mark, tr

if TYPE_CHECKING:
    from engine.finding import Findable, Hit
    from engine.plugins.described import Described
    from engine.transform import Transform

GROUP_ENTRIES = (
    (mark("one of"), mark("A group of which each draw takes one member, by weight.")),
    (mark("some of"), mark("A group of which each draw takes some members.")),
)
HEARD = {
    "streaming": mark("It is heard at once, also on the microphone."),
    "measured": mark("It measures the whole clip first."),
    "clip": mark("It changes time and is heard once it is rendered."),
}
WHEN = {"streaming": mark("live"), "measured": mark("measured first"), "clip": mark("rendered first")}
"""The same in one word."""


@dataclass(frozen=True)
class Entry:
    """One thing to add: its name, its family, a sentence, and the words that find it."""

    name: str
    category: str
    summary: str
    words: tuple[str, ...]
    called: str = ""
    """The other tool's name by which a search found it."""
    kind: str = ""
    texts: tuple[str, ...] = ()
    """More words that find it, the telling ones first."""

    @property
    def title(self) -> str:
        """The name as it is shown."""
        return tr(self.name)

    @property
    def when(self) -> str:
        """In a word, when it is heard."""
        return tr(WHEN[self.kind]) if self.kind else ""

    @property
    def hint(self) -> str:
        """All that there is no room for in a line."""
        said = [self.summary, tr(HEARD[self.kind]) if self.kind else ""]
        if self.words:
            said.append(tr("Elsewhere called {names}.", names=", ".join(self.words)))
        return "\n".join(filter(None, said))

    @cached_property
    def findable(self) -> Findable:
        """What it is found by, in the user's language and in English."""
        return finding.Findable((self.name, self.title), self.words, (self.category, self.summary, *self.texts))


def entries(
    groups: bool = True, kinds: Mapping[str, type[Transform]] | None = None, plugins: Sequence[Described] = ()
) -> list[Entry]:
    """Everything that can be added, by family and name; the plugins of this computer behind what comes with it."""
    known = registered() if kinds is None else kinds
    ordered = sorted(known.items(), key=lambda one: (one[1].category, one[0].casefold()))
    found = [_entry(name, kind) for name, kind in ordered]
    found += [_plugin_entry(one) for one in plugins]
    if groups:
        found += [Entry(name, tr("groups"), tr(summary), ()) for name, summary in GROUP_ENTRIES]
    return found


def _entry(name: str, kind: type[Transform]) -> Entry:
    category = kind.category.replace("_", " and ")
    params = kind.params().values()
    options = [option for param in params if isinstance(param, Choice) for option in param.options]
    texts = (
        f"{category} {kind.summary()}",
        " ".join([*map(spoken, params), *(param.name for param in params), *options]),
        " ".join(map(tr, further(kind))),
    )
    return Entry(name, tr(category), tr(kind.summary()), tuple(kind.also_called), "", kind_of(kind), texts)


def _plugin_entry(one: Described) -> Entry:
    """A plugin, without the class that it would be as a step: hundreds of them would be felt."""
    maker = tr("by {maker}", maker=one.maker) if one.maker else ""
    summary = " ".join(filter(None, (one.title, one.version, maker)))
    texts = (f"{one.format} {one.maker}", " ".join(parameter.label for parameter in one.parameters))
    return Entry(one.name, tr("plugins"), f"{summary} · {one.format}", (), "", "streaming", texts)


def matching(all_entries: Sequence[Entry], search: str) -> list[Entry]:
    """The entries that hold every word of the search, the best first; all of them for an empty search."""
    return _found(all_entries, finding.find([entry.findable for entry in all_entries], search))


def nearby(all_entries: Sequence[Entry], search: str) -> list[Entry]:
    """The entries with a name nearly like what was typed, the nearest first."""
    return _found(all_entries, finding.near([entry.findable for entry in all_entries], search))


def _found(all_entries: Sequence[Entry], hits: Sequence[Hit]) -> list[Entry]:
    return [replace(all_entries[hit.place], called=hit.called) for hit in hits]


def families(all_entries: Sequence[Entry]) -> dict[str, int]:
    """The families in their order, and how many entries each has."""
    counts: dict[str, int] = {}
    for entry in all_entries:
        counts[entry.category] = counts.get(entry.category, 0) + 1
    return counts
