"""The engine is true without a screen: all of it can be used where Qt is not installed.

`make test` runs the tests of the engine itself that way too: with tests/support/without_qt on the path.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

IMPORT_ALL = """
import importlib, pkgutil, sys
try:
    import PySide6
except ModuleNotFoundError:
    pass
else:
    raise SystemExit("the run without Qt has Qt")
import engine
for module in pkgutil.walk_packages(engine.__path__, "engine."):
    importlib.import_module(module.name)
from engine.transform import registered
print(len([name for name in sys.modules if name.startswith("engine.")]), len(registered()))
"""


def test_every_module_of_the_engine_is_imported_where_there_is_no_qt() -> None:
    blocked = {**os.environ, "PYTHONPATH": str(ROOT / "tests/support/without_qt")}
    command = [sys.executable, "-c", IMPORT_ALL]
    ran = subprocess.run(command, cwd=ROOT, env=blocked, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    modules, transforms = map(int, ran.stdout.split())
    assert modules > 30
    assert transforms >= 30
