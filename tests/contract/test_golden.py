"""Every transform is held beside something that is not ours: the test marked `golden` says by what, and how near."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from . import stage

TESTS = Path(__file__).resolve().parents[1]


def _marks() -> Iterator[tuple[str, dict[str, str]]]:
    """The transform's name and the words of each `@pytest.mark.golden(...)` of the tests."""
    for path in TESTS.glob("**/test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.golden":
                    words = {word.arg: ast.literal_eval(word.value) for word in mark.keywords if word.arg}
                    yield from ((ast.literal_eval(name), words) for name in mark.args)


def test_every_transform_has_a_golden_comparison() -> None:
    assert sorted(set(stage.NAMES) - {name for name, _ in _marks()}) == []


def test_every_golden_comparison_says_by_what_and_how_near() -> None:
    for name, words in _marks():
        assert name in stage.NAMES, f"there is no transform {name}"
        assert set(words) == {"by", "within"}, f"{name}: {words}"
        assert all(words.values()), f"{name}: {words}"
