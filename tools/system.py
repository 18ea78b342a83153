"""What a Linux system must bring that Python's packages do not: what is missing, and how to get it.

Whether something is there is asked of the system itself (can the library be loaded, is the program on the path), not
of its package manager, so that the answer holds on every distribution. Only the getting is Debian's.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Need:
    """A Debian package and what shows that it, or its like, is installed."""

    package: str
    library: str = ""
    program: str = ""
    module: str = ""
    file: str = ""
    vital: bool = True

    @property
    def met(self) -> bool:
        """Whether the system has it."""
        if self.library:
            return _loads(self.library)
        if self.program:
            return shutil.which(self.program) is not None
        if self.module:
            return importlib.util.find_spec(self.module) is not None
        return any(any(root.glob(self.file)) for root in (Path("/usr/lib"), Path("/usr/lib64"), Path("/usr/share")))


VENV = Need(f"python3.{sys.version_info.minor}-venv", module="ensurepip")

NEEDS = (
    Need("libatomic1", library="libatomic.so.1"),  # pedalboard brings all others that it needs
    Need("libgl1", library="libGL.so.1"),
    Need("libegl1", library="libEGL.so.1"),
    Need("libglib2.0-0", library="libglib-2.0.so.0"),
    Need("libfontconfig1", library="libfontconfig.so.1"),
    Need("libfreetype6", library="libfreetype.so.6"),
    Need("libdbus-1-3", library="libdbus-1.so.3"),
    Need("libxkbcommon0", library="libxkbcommon.so.0"),
    Need("libxkbcommon-x11-0", library="libxkbcommon-x11.so.0"),
    Need("libx11-xcb1", library="libX11-xcb.so.1"),
    Need("libxcb-cursor0", library="libxcb-cursor.so.0"),
    Need("libxcb-icccm4", library="libxcb-icccm.so.4"),
    Need("libxcb-image0", library="libxcb-image.so.0"),
    Need("libxcb-keysyms1", library="libxcb-keysyms.so.1"),
    Need("libxcb-randr0", library="libxcb-randr.so.0"),
    Need("libxcb-render-util0", library="libxcb-render-util.so.0"),
    Need("libxcb-shape0", library="libxcb-shape.so.0"),
    Need("libxcb-shm0", library="libxcb-shm.so.0"),
    Need("libxcb-sync1", library="libxcb-sync.so.1"),
    Need("libxcb-xfixes0", library="libxcb-xfixes.so.0"),
    Need("libxcb-xkb1", library="libxcb-xkb.so.1"),
    Need("libportaudio2", library="libportaudio.so.2"),
    Need("libasound2-plugins", file="*/alsa-lib/libasound_module_pcm_pulse.so", vital=False),
    Need("xvfb", program="Xvfb", vital=False),
    Need("xdotool", program="xdotool", vital=False),
    Need("pulseaudio", program="pulseaudio", vital=False),
    Need("pulseaudio-utils", program="parec", vital=False),
    Need("alsa-utils", program="aplay", vital=False),
    Need("fonts-wqy-microhei", file="fonts/**/wqy-microhei.*", vital=False),  # Chinese, in the tests' pictures
    Need("sox", program="sox", vital=False),  # what the benchmark of pitch and tempo measures ours beside
    Need("zam-plugins", file="vst3/ZamCompX2.vst3", vital=False),  # real plugins, for the tests of plugins
    Need("fonts-inter", file="fonts/**/Inter-Regular.*", vital=False),
)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def provide() -> str | None:
    """Install what is missing, where that can be done without asking; gives the sentence for what is still missing.

    Raises:
        SystemExit: Something is missing that the window cannot do without; the message is that sentence.
    """
    missing = [need for need in (VENV, *NEEDS) if not need.met]
    if missing:
        _install(missing)
        missing = [need for need in missing if not need.met]
    if not missing:
        return None
    sentence = _sentence(missing)
    if any(need.vital for need in missing):
        raise SystemExit(sentence)
    return sentence


def _install(missing: list[Need]) -> None:
    prefix = _as_root()
    if prefix is None:
        return
    packages = [need.package for need in missing]
    print(f"Installing {len(packages)} missing system packages: {' '.join(packages)}", flush=True)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    install = ("install", "-y", "--no-install-recommends", *packages)
    for command in (("update",), install):  # what goes wrong comes on stderr; the rest is hundreds of lines
        subprocess.run([*apt, *command], stdout=subprocess.DEVNULL, check=False)


def _as_root() -> list[str] | None:
    """What to put before a command to run it as root without a question; None if there is no way."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _sentence(missing: list[Need]) -> str:
    if any(need.vital for need in missing):
        effect = "Variophone cannot start without system packages that are missing"
    else:
        effect = "Some system packages are missing (a virtual screen, sound tests or the font Inter will be too)"
    return f"{effect}; install them {how_to_install(*(need.package for need in missing))}"


def how_to_install(*packages: str) -> str:
    """The exact command for whoever runs this, as the end of a sentence."""
    sudo, who = ("", "as root with") if os.geteuid() == 0 or shutil.which("sudo") is None else ("sudo ", "with")
    return f"{who}: {sudo}apt-get update && {sudo}apt-get install -y {' '.join(packages)}"
