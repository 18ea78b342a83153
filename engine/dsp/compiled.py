"""How numba compiles the loops of this folder: once on a machine, before they are needed, free of the GIL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def loop(signature: Any = None, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function for arguments of these types as it is declared, and keep what was made on the disk.

    It lies beside the source or, where that cannot be written to, in the user's cache folder. Where neither can, or
    where the disk is full, each process compiles the loop anew, to the same code. Without a signature the function is
    a part of other loops and is compiled with them. `options` are numba's own.
    """
    from numba import njit

    def compiled(function: Callable[..., Any]) -> Any:
        if signature is None:
            return njit(**options)(function)
        try:
            return njit(signature, cache=True, nogil=True, **options)(function)
        except (RuntimeError, OSError):
            return njit(signature, nogil=True, **options)(function)

    return compiled


def load_all() -> None:
    """Import every compiled loop: seconds at the first time on a machine, and half a second in each process."""
    from . import kernels, line_kernels, phase_kernels  # noqa: F401
