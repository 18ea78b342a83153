"""The size budget. There is no list of exceptions, and there is to be none."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES, FILE_MEDIAN = 600, 120
FUNCTION_LINES, FUNCTION_MEDIAN = 60, 8


def _files() -> dict[Path, str]:
    paths = [ROOT / "main.py", *ROOT.glob("engine/**/*.py"), *ROOT.glob("gui/**/*.py")]
    texts = {path.relative_to(ROOT): path.read_text("utf-8") for path in paths}
    return {path: text for path, text in texts.items() if text.strip()}


def _functions() -> dict[str, int]:
    """The lines of each function and method, from its `def` to its end, by place and name."""
    return {
        f"{path}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path, text in _files().items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_files_are_small() -> None:
    lines = {str(path): text.count("\n") for path, text in _files().items()}
    assert len(lines) > 20
    assert {name: count for name, count in lines.items() if count > FILE_LINES} == {}
    assert median(lines.values()) <= FILE_MEDIAN


def test_functions_are_short() -> None:
    lines = _functions()
    assert len(lines) > 100
    assert {name: count for name, count in lines.items() if count > FUNCTION_LINES} == {}
    assert median(lines.values()) <= FUNCTION_MEDIAN
