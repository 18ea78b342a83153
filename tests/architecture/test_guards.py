"""The fixtures of tests/support/guards.py must fail the tests that they are there to fail."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LEAKS = {
    "thread": """
        import threading
        gate = threading.Event()
        def test_thread(): threading.Thread(target=gate.wait, daemon=True).start()
    """,
    "child process": """
        import subprocess, sys
        waits = [sys.executable, "-c", "input()"]
        def test_child_process(): globals()["kept"] = subprocess.Popen(waits, stdin=subprocess.PIPE)
        def teardown_module(): kept.kill(); kept.communicate()
    """,
    "timer": """
        from PySide6.QtCore import QTimer
        def test_timer(qapp):
            globals()["kept"] = QTimer()
            kept.start(10)
    """,
    "window": """
        from PySide6.QtWidgets import QWidget
        def test_window(qapp): globals()["kept"] = QWidget()
    """,
}

LOGS = """
    import logging
    def test_unexpected(): logging.getLogger('anything').warning('half full')
    def test_missing(expect_log): expect_log('half .*')
"""

NEAT = """
    import logging, subprocess, sys, threading
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QWidget

    def test_neat(qtbot, expect_log):
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


SHORTLY = """
    import pytest
    from tests.support import guards

    @pytest.fixture(autouse=True)
    def grace(request):
        if "neat" not in request.node.name:
            guards.GRACE_S = 0.1
"""
"""What is left for good need not be waited for; the neat test comes first."""


def test_what_is_left_behind_or_logged_fails_a_test_and_what_is_neat_does_not(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest(SHORTLY)
    files = {f"test_{kind.replace(' ', '_')}": code for kind, code in LEAKS.items()}
    pytester.makepyfile(test_a_neat_one=NEAT, test_logs=LOGS, **files)
    options = ("-p", "tests.support.guards", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist")
    result = pytester.runpytest_subprocess(*options)
    result.assert_outcomes(passed=len(LEAKS) + 3, errors=len(LEAKS) + 2)
    said = {kind.replace(" ", "_"): f"*  a {kind}: *" for kind in LEAKS}
    said |= {"unexpected": "*nobody expected*half full*", "missing": "*did not come*half*"}
    for name, words in said.items():
        result.stdout.fnmatch_lines([f"*ERROR at teardown of test_{name} *", words])
