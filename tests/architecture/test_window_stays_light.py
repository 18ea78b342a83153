"""The window is there at once and stays smooth because it never imports what takes seconds to import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "librosa", "scipy.signal", "numba", "sklearn", "dask", "pyroomacoustics")


def test_the_gui_process_never_imports_what_is_heavy() -> None:
    command = [sys.executable, "-m", "tests.architecture.window_modules"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
    modules = set(ran.stdout.split())
    assert "PySide6.QtWidgets" in modules
    assert "engine.transform" in modules
    assert [name for name in HEAVY if name in modules] == []
