"""Where tensors are computed: the only module that imports torch and that decides between CUDA, MPS and CPU."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Compute:
    """What torch has to offer here; `device` is the one that would be used, `names` the accelerators."""

    torch: str
    device: str
    names: tuple[str, ...]
    error: str = ""


def report() -> Compute:
    """Look at torch and its devices; imports torch, which takes seconds."""
    try:
        import torch
    except (ImportError, OSError) as error:
        return Compute("", "cpu", (), f"torch cannot be loaded ({str(error).splitlines()[0]})")
    if torch.cuda.is_available():
        names = tuple(torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count()))
        return Compute(torch.__version__, "cuda", names)
    if torch.backends.mps.is_available():
        return Compute(torch.__version__, "mps", ("Apple GPU",))
    return Compute(torch.__version__, "cpu", ())
