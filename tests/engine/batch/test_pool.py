"""The pool: a worker that dies loses its own job and no other, and a stop is heard."""

from __future__ import annotations

import os
import signal
import time

from engine.batch.pool import Pool, WorkerDied, stopping


def deadly(number: int) -> int:
    """Double a number; 3 crashes the process, 5 ends it."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGSEGV)
    if number == 5:
        os._exit(0)
    return 2 * number


def slow(number: int) -> int:
    """Work until told to stop; gives how often it looked."""
    for turn in range(1, 3_000):
        if stopping():
            return turn
        time.sleep(0.02)
    return 0


def stubborn(number: int) -> int:
    """Work on, whatever happens."""
    time.sleep(600)
    return number


def test_a_worker_that_dies_loses_one_job() -> None:
    with Pool[int, int](2, deadly) as pool:
        outcomes = dict(pool.results(range(9), lambda: False))
    died = {number for number, outcome in outcomes.items() if isinstance(outcome, WorkerDied)}
    assert died == {3, 5}
    assert {number: outcomes[number] for number in range(9) if number not in died} == {
        number: 2 * number for number in range(9) if number not in died
    }
    assert "died" in str(outcomes[3])


def test_a_stop_is_heard_and_what_was_in_hand_is_given() -> None:
    start = time.monotonic()
    with Pool[int, int](2, slow) as pool:
        outcomes = list(pool.results(range(9), lambda: time.monotonic() - start > 2))
    assert len(outcomes) <= 2
    assert all(isinstance(turns, int) and turns > 0 for _, turns in outcomes)
    assert time.monotonic() - start < 30


def test_workers_that_do_not_listen_are_ended() -> None:
    start = time.monotonic()
    with Pool[int, int](2, stubborn) as pool:
        assert list(pool.results(range(9), lambda: time.monotonic() - start > 2)) == []
    assert time.monotonic() - start < 60
