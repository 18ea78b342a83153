"""Variophone's engine: everything that is true without a screen; installed on its own it is called `variophone`.

chain = engine.load_chain("natural")
recipe = chain.draw(seed=7, source="3/3_jackson_0.wav", variant=1)
take = engine.render(samples, sample_rate, recipe)      # float32 (channels, frames)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

# Bound here at once: importing the submodule `render` later would otherwise put the module under this name.
from .render import render as render

if TYPE_CHECKING:
    from pathlib import Path

    from .chain import Chain

__all__ = ["load_chain", "render"]
__version__ = "0.1.0"


def load_chain(path: str | Path, *, allow_plugins: bool = False) -> Chain:
    """The chain of a preset file or of a shipped preset's name.

    Raises:
        PluginFault: It asks for a plugin that is not here, or that was allowed neither in the window nor by
            `allow_plugins`.
        PresetError: It is no preset.
    """
    from .plugins.permit import allow_for_this_run, check_plugins
    from .preset import load

    chain = load(path)
    if allow_plugins:
        allow_for_this_run(ref.digest for ref in chain.plugins())
    check_plugins(chain.plugins())
    return chain
