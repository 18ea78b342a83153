"""The families of transforms, a module each; a module that lies here is found without being listed."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache


@cache
def import_all() -> None:
    """Import every family once, so that the registry is full."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
