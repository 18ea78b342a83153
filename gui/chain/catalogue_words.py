"""What the catalogue lists and how it is searched; no widgets here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.transform import registered

from ..words import mark, tr

if TYPE_CHECKING:
    from engine.transform import Transform

GROUP_ENTRIES = (
    (mark("one of"), mark("A group of which each draw takes one member, by weight.")),
    (mark("some of"), mark("A group of which each draw takes some members.")),
)


@dataclass(frozen=True)
class Entry:
    """One thing to add: its name, its family, a sentence, and the words that find it."""

    name: str
    category: str
    summary: str
    words: tuple[str, ...]
    called: str = ""
    """The other tool's name by which a search found it."""

    @property
    def title(self) -> str:
        """The name as it is shown."""
        return tr(self.name)


def entries(groups: bool = True, kinds: Mapping[str, type[Transform]] | None = None) -> list[Entry]:
    """Everything that can be added, by family and name."""
    found = [
        Entry(name, tr(kind.category.replace("_", " and ")), tr(kind.summary()), tuple(kind.also_called))
        for name, kind in (registered() if kinds is None else kinds).items()
    ]
    found.sort(key=lambda entry: (entry.category, entry.name.casefold()))
    if groups:
        found += [Entry(name, tr("groups"), tr(summary), ()) for name, summary in GROUP_ENTRIES]
    return found


def matching(all_entries: Sequence[Entry], search: str) -> list[Entry]:
    """The entries that hold every word of the search, the best first; all of them for an empty search."""
    words = search.casefold().split()
    if not words:
        return list(all_entries)
    ranked = [(_rank(entry, words), entry) for entry in all_entries]
    return [_with_called(entry, words) for rank, entry in sorted(ranked, key=lambda pair: pair[0]) if rank < 9]


def _rank(entry: Entry, words: Sequence[str]) -> int:
    """0 for the start of the name, then inside it, another tool's name, the family, the sentence; 9 for none."""
    return max(_rank_word(entry, word) for word in words)


def _rank_word(entry: Entry, word: str) -> int:
    name = entry.name.casefold()
    if name.startswith(word):
        return 0
    texts = (
        f"{name} {entry.title.casefold()}", " ".join(entry.words).casefold(),
        entry.category.casefold(), entry.summary.casefold(),
    )  # fmt: skip
    return next((rank for rank, text in enumerate(texts, start=1) if word in text), 9)


def _with_called(entry: Entry, words: Sequence[str]) -> Entry:
    if any(word in entry.name.casefold() for word in words):
        return entry
    called = next((other for other in entry.words if any(word in other.casefold() for word in words)), "")
    return Entry(entry.name, entry.category, entry.summary, entry.words, called)
