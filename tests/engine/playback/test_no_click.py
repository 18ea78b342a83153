"""No parameter that jumps while a 440 Hz sine plays makes a click in what reaches the device."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.transform import Transform, find
from tests.support.jumps import STREAMING, Jump, Player, jumps_of, steepest
from tests.support.playing import RATE

STEEPER = 2.0
QUICKLY = [("Gain", "gain_db", -60.0, 6.0), ("Delay", "mix", 0.0, 1.0), ("LivePitch", "semitones", -12.0, 12.0)]


@pytest.mark.parametrize("kind", STREAMING, ids=[kind.__name__ for kind in STREAMING])
def test_a_jump_is_not_much_steeper_than_what_it_lies_between(kind: type[Transform], tmp_path: Path) -> None:
    """Of each parameter, one way or the other, and of the whole step; `make bench ARGS=clicks` has them all."""
    player = Player(tmp_path, kind)
    for number, jump in enumerate(jumps_of(kind)):
        jump = jump.back if number % 2 else jump
        assert player.steeper(jump) < STEEPER, f"{jump.name} from {jump.before} to {jump.after}"


@pytest.mark.parametrize(("name", "knob", "low", "high"), QUICKLY, ids=[jump[0] for jump in QUICKLY])
def test_jumps_in_quick_succession_do_not_click(name: str, knob: str, low: float, high: float, tmp_path: Path) -> None:
    """Between the knob's limits, so quickly that none is over before the next."""
    player = Player(tmp_path, find(name))
    jump = Jump(find(name), knob, low, high)
    settled = []
    for one in (jump.back, jump):
        assert player.steeper(one) < STEEPER
        settled.append(steepest(player.bench.take(RATE // 2)))
    for number in range(20):
        player.turn(jump if number % 2 else jump.back)
        assert steepest(player.bench.take(800)) < STEEPER * max(settled)
