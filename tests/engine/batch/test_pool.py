"""The pool: a worker that dies loses its own group and no other, a pause holds, and a stop is at once."""

from __future__ import annotations

import os
import signal
import time

from engine.batch.pool import Pool, WorkerDied


def deadly(number: int) -> int:
    """Double a number; 3 crashes the process, 5 ends it."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGSEGV)
    if number == 5:
        os._exit(0)
    return 2 * number


def stubborn(number: int) -> int:
    """Double an odd number; an even one takes ten minutes."""
    if number % 2 == 0:
        time.sleep(600)
    return 2 * number


def worker_of(_number: int) -> int:
    """Which process it is."""
    return os.getpid()


def test_a_worker_that_dies_loses_its_group_from_there_on() -> None:
    with Pool[int, int](2, deadly) as pool:
        outcomes = dict(pool.results([[1, 2], [3], [0, 5, 6], [7, 8]], lambda: False))
    died = {number for number, outcome in outcomes.items() if isinstance(outcome, WorkerDied)}
    assert died == {3, 5, 6}
    assert {number: outcomes[number] for number in outcomes if number not in died} == {
        number: 2 * number for number in (0, 1, 2, 7, 8)
    }
    assert "died" in str(outcomes[3])
    assert pool.open == []


def test_a_group_stays_with_its_worker() -> None:
    with Pool[int, int](2, worker_of) as pool:
        outcomes = dict(pool.results([range(4), range(10, 14)], lambda: False))
    assert len({outcomes[number] for number in range(4)}) == 1
    assert len({outcomes[number] for number in range(10, 14)}) == 1


def test_a_stop_ends_workers_in_the_middle_and_says_at_what() -> None:
    given: dict[int, int | WorkerDied] = {}
    asked: list[float] = []
    with Pool[int, int](2, stubborn) as pool:
        for number, outcome in pool.results([[1, 3, 4, 5], [7, 6]], lambda: len(given) == 3):
            given[number] = outcome
            asked.append(time.monotonic())
    assert given == {1: 2, 3: 6, 7: 14}
    assert sorted(pool.open) in ([6], [4, 6], [4])
    assert time.monotonic() - asked[-1] < 30


def test_nothing_is_begun_in_a_pause() -> None:
    """What is in hand comes to its end, and then the workers idle until the pause is over."""
    seen: list[int] = []
    turns = 0

    def paused() -> bool:
        nonlocal turns
        turns += bool(seen)
        return 0 < turns < 20

    with Pool[int, int](1, deadly) as pool:
        for number, _ in pool.results([[0, 1, 2]], lambda: False, paused):
            seen.append(number)
            assert number < 2 or turns >= 20  # the second was begun before the first was told of
    assert seen == [0, 1, 2]
    assert turns > 20
