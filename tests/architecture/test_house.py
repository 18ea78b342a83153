"""The commands that set the house up and open the window: tools/, constraints.txt and .ci/run."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]

SHOW_SCREEN = """
import sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication(sys.argv)
size = app.primaryScreen().size()
print(app.platformName(), size.width(), size.height())
sys.exit(7)
"""


def _pins() -> dict[str, Requirement]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(pin.name): pin for pin in pins}


def test_everything_asked_for_is_pinned_and_installed_as_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = project["dependencies"] + [name for extra in project["optional-dependencies"].values() for name in extra]
    pins = _pins()
    assert [name for name in asked if canonicalize_name(name) not in pins] == []
    assert all(re.fullmatch(r"==[\w.]+", str(pin.specifier)) for pin in pins.values())
    here = [pin for pin in pins.values() if pin.marker is None or pin.marker.evaluate()]
    assert {pin.name: version(pin.name) for pin in here if not pin.specifier.contains(version(pin.name))} == {}


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="no virtual screen: Xvfb is not installed")
def test_without_a_screen_a_virtual_one_is_started_and_ended_again() -> None:
    bare = {name: text for name, text in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    bare["QT_QPA_PLATFORM"] = "xcb"
    command = [sys.executable, "tools/with_screen.py", sys.executable, "-c", SHOW_SCREEN]
    ran = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, check=False, timeout=60)
    said, shown = ran.stdout.splitlines()
    assert re.fullmatch(r"There is no screen: the window opens on the virtual screen :\d+\.", said)
    assert shown == "xcb 1440 900"
    assert ran.returncode == 7
    number = said.rstrip(".").rpartition(":")[2]
    assert not Path(f"/tmp/.X11-unix/X{number}").exists()


def test_what_is_missing_and_cannot_be_installed_is_said_with_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(ROOT / "tools")
    system = importlib.import_module("system")
    there = system.Need("libc6", library="libc.so.6")
    screen = system.Need("no-such-package", program="no-such-program", vital=False)
    library = system.Need("no-such-lib", library="libno-such.so.1")
    monkeypatch.setattr(system, "VENV", there)
    monkeypatch.setattr(system, "_as_root", lambda: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", {"sudo": "/usr/bin/sudo"}.get)
    monkeypatch.setattr(system, "NEEDS", (there, screen))
    assert system.provide().endswith("with: sudo apt-get update && sudo apt-get install -y no-such-package")
    monkeypatch.setattr(system, "NEEDS", (there, library))
    with pytest.raises(SystemExit, match=r"cannot start.* sudo apt-get install -y no-such-lib$"):
        system.provide()
    monkeypatch.setattr(shutil, "which", {}.get)  # where there is no sudo, no sentence names it
    with pytest.raises(SystemExit, match=r"as root with: apt-get update && apt-get install -y no-such-lib$"):
        system.provide()


def test_the_build_machine_runs_what_people_run() -> None:
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert "exec make test" in script.read_text("utf-8")
