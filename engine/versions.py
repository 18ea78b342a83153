"""What this program runs with: the libraries that shape sound, the platform and the class of the processor.

Outputs are bit for bit the same where all of these are the same; manifests store them.
"""

from __future__ import annotations

import platform
import sys
from functools import cache
from importlib import metadata

LIBRARIES = ("numpy", "scipy", "pedalboard", "soundfile", "soxr", "av", "lameenc", "numba", "pyroomacoustics")


@cache
def libraries() -> dict[str, str]:
    """The installed versions of the libraries that shape sound, by name; FFmpeg's is that in PyAV's wheel."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {**found, "ffmpeg": ffmpeg()}


@cache
def ffmpeg() -> str:
    """FFmpeg's version and that of its codecs, as PyAV brings them: decoders and codecs sound as these do."""
    import av

    return f"{av.ffmpeg_version_info} (libavcodec {'.'.join(map(str, av.library_versions['libavcodec']))})"


@cache
def cpu_class() -> str:
    """The processor's family and the vector extensions numpy found: numpy's log10 and power differ with them."""
    import numpy as np

    config = np.show_config(mode="dicts")
    found = config.get("SIMD Extensions", {}).get("found", []) if isinstance(config, dict) else []
    return " ".join([platform.machine(), *found])


@cache
def versions() -> dict[str, object]:
    """All of it, as a manifest stores it."""
    from . import __version__

    return {
        "variophone": __version__,
        "python": platform.python_version(),
        "libraries": libraries(),
        "platform": f"{sys.platform} {'-'.join(platform.libc_ver()).strip('-')}".strip(),
        "cpu": cpu_class(),
    }
