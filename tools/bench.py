"""Run the benchmarks of tests/bench, all of them or those that are named: `make bench ARGS="startup"`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(names: list[str]) -> int:
    """Run each in a process of its own, from the top of the project; gives how many failed."""
    scripts = sorted(path for path in (ROOT / "tests/bench").glob("*.py") if not path.name.startswith("_"))
    known = {path.stem: path for path in scripts}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"There is no benchmark {unknown[0]}; there are {', '.join(known)}.")
    return sum(_run(name) != 0 for name in names or known)


def _run(name: str) -> int:
    code = f"import sys; from tests.bench.{name} import main; sys.exit(main())"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
