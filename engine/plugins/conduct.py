"""What becomes of a step whose plugin fails: who asks for the sound decides, before the step is built.

A take that is exported must be what its chain says, so there a fault is an error (`STRICT`, which holds unless
something else is said). What plays, and the window's take after a second try, goes on without the step, and notes it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Conduct:
    """`forgiving` goes on without the step, `live` also keeps a deadline and has the plugin come back."""

    forgiving: bool = False
    live: bool = False
    notes: Notes = field(default_factory=lambda: Notes())


class Notes:
    """One sentence for each step that is bypassed now; written by whoever runs it, read by whoever shows it."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}

    def set(self, step: str, sentence: str) -> None:
        """Say why a step is bypassed; "" when it is not any more."""
        self._of = {**{name: words for name, words in self._of.items() if name != step}, step: sentence}

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that there is to say."""
        return tuple(words for words in self._of.values() if words)


STRICT = Conduct()
_conduct: ContextVar[Conduct] = ContextVar("conduct", default=STRICT)


def now() -> Conduct:
    """What holds for a step that is built now."""
    return _conduct.get()


@contextlib.contextmanager
def conducted(conduct: Conduct) -> Iterator[Conduct]:
    """Steps that are built inside behave so for as long as they live."""
    token = _conduct.set(conduct)
    try:
        yield conduct
    finally:
        _conduct.reset(token)
