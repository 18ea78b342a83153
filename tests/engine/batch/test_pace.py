"""The time left: of the present speed, and without the pauses."""

from __future__ import annotations

from engine.batch.pace import WINDOW_S, Pace


def test_the_rate_is_of_the_last_while_and_a_pause_is_no_work() -> None:
    now = 100.0
    pace = Pace(lambda: now)
    assert pace.seconds_left(10) is None
    for _ in range(100):  # two a second
        now += 0.5
        pace.add(1, 4.0)
    assert pace.rates() == (2.0, 8.0)
    pace.hold(True)
    pace.hold(True)
    now += 1000
    pace.hold(False)
    assert pace.worked_s == 50
    for _ in range(int(WINDOW_S) * 10 + 1):  # ten a second
        now += 0.1
        pace.add(1, 4.0)
    left = pace.seconds_left(100)
    assert left is not None
    assert abs(left - 10) < 0.5
