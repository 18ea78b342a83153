"""The command line as a user starts it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Said:
    """What a command ended with and what it printed."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line on stderr; fails if it is not one line without a traceback."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("variophone: ")
        assert "Traceback" not in self.err
        return lines[0]


def variophone(*words: str | Path, cwd: Path = ROOT) -> Said:
    """Run `python main.py` with these words to its end."""
    command = [sys.executable, "-W", "error", str(ROOT / "main.py"), *map(str, words)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=150, check=False)
    return Said(done.returncode, done.stdout, done.stderr)
