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

    def set(self, step: str, reason: str) -> None:
        """Say why a step is bypassed; "" when it is not any more."""
        self._of = {**self._of, step: reason}

    @property
    def reasons(self) -> tuple[tuple[str, str], ...]:
        """The steps that are bypassed, each with the reason."""
        return tuple((step, reason) for step, reason in self._of.items() if reason)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The same, as sentences that begin with the step."""
        return tuple(f"{step}: {reason}" for step, reason in self.reasons)


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
