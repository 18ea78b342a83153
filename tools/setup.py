"""Make `.venv` with everything pinned in it; `make setup` calls this, and on Windows and macOS people do.

The names come from pyproject.toml, the versions from constraints.txt. Only the standard library is used, since
nothing else is there yet.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import system

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / ".variophone"


def main() -> None:
    """Set up; ends the program with one sentence where that cannot be done."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        raise SystemExit(f"Variophone needs Python 3.11, 3.12 or 3.13, and this is {sys.version.split()[0]}.")
    lacking = system.provide() if sys.platform == "linux" else None
    if not _works(PYTHON):
        _run("make a virtual environment", sys.executable, "-m", "venv", "--clear", str(VENV))
    install = (str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    print("Installing the pinned packages into .venv (the first time this takes some minutes) ...", flush=True)
    _run("install the pinned packages", *install, "-c", str(ROOT / "constraints.txt"), *requirements())
    STAMP.touch()
    if lacking:
        print(lacking)


def requirements() -> list[str]:
    """What pyproject.toml asks for, the tools of development included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    return [*project["dependencies"], *(name for extra in extras for name in extra)]


def _works(python: Path) -> bool:
    try:
        asked = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False)
    except OSError:
        return False
    return asked.returncode == 0


def _run(purpose: str, *command: str) -> None:
    if subprocess.run(command, check=False).returncode != 0:
        raise SystemExit(f"Could not {purpose}; the reason is above, and the command was: {' '.join(command)}")


if __name__ == "__main__":
    main()
