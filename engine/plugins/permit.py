"""Which plugins may be loaded: those that the user has allowed, once for all or for this run."""

from __future__ import annotations

import os
from collections.abc import Iterable

from .described import Described, PluginRef
from .fault import PluginFault
from .shelf import Shelf

ALLOWED = "VARIOPHONE_ALLOW_PLUGINS"
"""Digests with commas between them, allowed for this run and the processes that it starts."""


def allow_for_this_run(digests: Iterable[str]) -> None:
    """Let these plugins be loaded by this process and by those that it starts."""
    os.environ[ALLOWED] = ",".join(sorted({*_for_this_run(), *digests}))


def permitted(ref: PluginRef, step: str) -> Described:
    """The plugin that a step means; raises `PluginFault` where it may not be loaded."""
    here = Shelf().exact(ref)
    if here is None or not _may_run(ref):
        raise PluginFault(f"{step}: {why_not(ref)}")
    return here


def runs(ref: PluginRef) -> bool:
    """Whether the very plugin that a step names is here, and may be loaded with the state that the step has."""
    return Shelf().exact(ref) is not None and _may_run(ref)


def _may_run(ref: PluginRef) -> bool:
    """What is allowed for this run was named by hand, and its state with it."""
    allowed = Shelf().contents.allowed
    return ref.digest in _for_this_run() or all(key in allowed for key in ref.needs)


def why_not(ref: PluginRef) -> str:
    """Why what a step names cannot be loaded here, as a sentence that says what to do; "" if it can."""
    if Shelf().exact(ref) is not None:
        return "" if _may_run(ref) else not_allowed(ref)
    here = Shelf().alike(ref)
    if here is None:
        return f"the plugin {ref.words} is not here; install it and scan its folder, or take its step out"
    return other(ref, here)


def check_plugins(refs: Iterable[PluginRef]) -> None:
    """Raise `PluginFault` for the first that cannot be loaded here."""
    for ref in refs:
        reason = why_not(ref)
        if reason:
            raise PluginFault(reason)


def other(ref: PluginRef, here: Described) -> str:
    """The sentence about a plugin that is here, but is not the one that a step names."""
    version = "other files" if here.version == ref.version else f"version {here.version}"
    return f"the plugin {ref.words} is here with {version}; install the one it was made with, or add the step anew"


def not_allowed(ref: PluginRef) -> str:
    """The sentence about a plugin that nobody has allowed."""
    return f"the plugin {ref.words} was not allowed to be loaded; allow it in the window, or give --allow-plugins"


def _for_this_run() -> set[str]:
    return set(filter(None, os.environ.get(ALLOWED, "").split(",")))
