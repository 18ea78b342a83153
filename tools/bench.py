"""Run the benchmarks of tests/bench, all of them or those that are named: `make bench ARGS="startup"`.

What begins with a dash, and all behind it, is for the benchmarks themselves: `make bench ARGS="card --minutes 2"`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(words: list[str]) -> int:
    """Run each in a process of its own, from the top of the project; gives how many failed."""
    count = next((place for place, word in enumerate(words) if word.startswith("-")), len(words))
    names, options = words[:count], words[count:]
    scripts = sorted(path for path in (ROOT / "tests/bench").glob("*.py") if not path.name.startswith("_"))
    known = {path.stem: path for path in scripts}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"There is no benchmark {unknown[0]}; there are {', '.join(known)}.")
    return sum(_run(name, options) != 0 for name in names or known)


def _run(name: str, options: list[str]) -> int:
    code = f"import sys; from tests.bench.{name} import main; sys.exit(main())"
    return subprocess.run([sys.executable, "-c", code, *options], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
