"""Which part may know which: the import contracts of pyproject.toml, and what a contract cannot say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine.transform import registered

ROOT = Path(__file__).resolve().parents[2]
LINTER = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"


def _contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", LINTER]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_contracts_are_kept() -> None:
    checked = _contracts(ROOT)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("engine/clip.py", "import PySide6.QtCore"),
        ("engine/clip.py", "def late():\n    import gui.store"),
        ("engine/clip.py", "import sounddevice"),
        ("engine/clip.py", "import torch"),
        ("engine/params.py", "from .chain import Chain"),
        ("engine/analysis/stft.py", "from ..playback import player"),
    ],
)
def test_a_broken_contract_is_found(tmp_path: Path, file: str, line: str) -> None:
    for name in ("engine", "gui"):
        _copy_code(ROOT / name, tmp_path / name)
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    with (tmp_path / file).open("a") as source:
        source.write(f"\n\n{line}\n")
    assert _contracts(tmp_path).returncode != 0


def _copy_code(source: Path, target: Path) -> None:
    for path in source.rglob("*.py"):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())


def test_no_transform_is_named_in_the_window() -> None:
    """A form is made from a declaration; a name in gui/ would be a second place to touch for a new transform."""
    names = re.compile(rf"""["']({"|".join(registered())})["']|\b({"|".join(_multiword())})\b""")
    found = {
        f"{path.relative_to(ROOT)}:{number}": line.strip()
        for path in ROOT.glob("gui/**/*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if names.search(line)
    }
    assert found == {}


def _multiword() -> list[str]:
    """The names that no sentence would hold by chance (Gain, Speed and Trim are words as well)."""
    return [name for name in registered() if len(re.findall("[A-Z]", name)) > 1]
