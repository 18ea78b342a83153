"""The fixtures of tests/support/guards.py must fail the tests that they are there to fail."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LEAKS = {
    "thread": """
        import threading
        gate = threading.Event()
        def test_it(): threading.Thread(target=gate.wait, daemon=True).start()
    """,
    "child process": """
        import subprocess, sys
        def test_it(): globals()["kept"] = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        def teardown_module(): kept.kill(); kept.communicate()
    """,
    "timer": """
        from PySide6.QtCore import QTimer
        def test_it(qapp):
            globals()["kept"] = QTimer()
            kept.start(10)
    """,
    "window": """
        from PySide6.QtWidgets import QWidget
        def test_it(qapp): globals()["kept"] = QWidget()
    """,
}

NEAT = """
    import logging, subprocess, sys, threading
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QWidget

    def test_it(qtbot, expect_log):
        thread = threading.Thread(target=print)
        thread.start()
        subprocess.run([sys.executable, "-c", ""], check=True)
        widget = QWidget()
        qtbot.addWidget(widget)
        widget.show()
        QTimer(widget).start(10)
        expect_log("lost the .* device")
        logging.getLogger("anything").warning("lost the best device")
"""


def _run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, code: str) -> pytest.RunResult:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(code)
    options = ("-p", "tests.support.guards", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist")
    return pytester.runpytest_subprocess(*options)


@pytest.mark.parametrize("kind", LEAKS)
def test_a_test_that_leaves_something_behind_fails(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    result = _run(pytester, monkeypatch, LEAKS[kind])
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([f"*  a {kind}: *"])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("def test_it(): logging.getLogger('anything').warning('half full')", "*nobody expected*half full*"),
        ("def test_it(expect_log): expect_log('half .*')", "*did not come*half*"),
    ],
)
def test_a_test_whose_logs_are_not_as_expected_fails(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, body: str, words: str
) -> None:
    result = _run(pytester, monkeypatch, f"import logging\n{body}")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([words])


def test_a_neat_test_passes(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    _run(pytester, monkeypatch, NEAT).assert_outcomes(passed=1)
