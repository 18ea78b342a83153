from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Tests neither read nor write what the person who runs them has set up.
_home = tempfile.mkdtemp(prefix="variophone-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
for _kind in ("CONFIG", "DATA", "STATE", "CACHE"):
    os.environ[f"XDG_{_kind}_HOME"] = str(Path(_home, _kind.lower()))

pytest_plugins = ["pytester", "tests.support.guards", "tests.support.collecting", "tests.support.sound"]


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    if not pluginmanager.hasplugin("pytest-qt"):  # in the run without Qt nobody else knows these settings
        for name in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
            parser.addini(name, "for pytest-qt")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Real recordings, beside the checkout; a test that needs them is skipped where they are not."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real recordings are not here: there is no {folder}")
    return folder
