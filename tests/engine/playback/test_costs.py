"""What a step costs: shown by the step that costs it and by no other, and whatever else the machine does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.clip import TimeMap
from engine.playback.gauge import ENOUGH, SHORTEST, Gauge
from engine.playback.messages import Bridge, Follow, Pause, Play, Sound, Volume
from engine.playback.program import Program, Slot
from engine.playback.server import Server
from engine.playback.status import StatusBlock
from engine.playback.voice import LiveVoice
from engine.recipe import Drawn
from engine.track import Track
from tests.support.playing import RATE, Bench, FakeOutputs, noise, serving, sound_of

MILLISECOND = 10**6


class Works:
    """A processor that takes its time: with the processor at work, or asleep as if another process did the work."""

    tail = 0

    def __init__(self, share: float = 0.0, latency: int = 0, *, asleep: bool = False) -> None:
        self.latency = latency
        self._share, self._asleep = share, asleep

    def process(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        takes_s = self._share * block.shape[1] / RATE
        until = time.thread_time() + takes_s
        if self._asleep:
            time.sleep(takes_s)
        while not self._asleep and time.thread_time() < until:
            pass
        return block.copy()

    def reset(self, frame: int = 0) -> None:
        """It remembers nothing."""


STEPS = {"busy": Works(0.3), "quick": Works(latency=480), "elsewhere": Works(0.2, asleep=True)}


def bridged(sound: Sound, take: Path) -> tuple[Follow, LiveVoice]:
    """These steps over a sound, and what asks for them; their take is never rendered."""
    bridge = Bridge(sound, tuple(Drawn(step, "None", 1, (), "00") for step in STEPS))
    slots = [Slot(processor, step_id=step) for step, processor in STEPS.items()]  # type: ignore[arg-type]
    follow = Follow(sound, Sound(Track(str(take), RATE, 2), TimeMap.identity(4.0)), bridge)
    return follow, LiveVoice(bridge, Program(slots))


def test_each_step_shows_its_own_share_and_together_they_are_the_load(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    follow, live = bridged(sound_of(tmp_path, "o", noise(4 * RATE)), tmp_path / "take")
    live.warm_up(RATE)
    live.warm_up(2 * RATE)
    for place in range(2 * RATE + 4800, 3 * RATE, 4800):
        live.seek(place)
    assert live.program.costs(RATE) == (), "what ran unheard counts for nothing"
    bench.send(Volume(0.0), follow)
    bench.feeder.post(live)
    bench.send(Play())
    bench.take(RATE)
    costs = {cost.step_id: cost for cost in live.program.costs(RATE)}
    assert list(costs) == list(STEPS)
    assert costs["busy"].share == pytest.approx(0.3, abs=0.05)
    assert 0.2 <= costs["elsewhere"].share < 0.4
    assert costs["quick"].share < 0.05
    assert all(cost.worst_share >= cost.share for cost in costs.values())
    assert [cost.latency_ms for cost in costs.values()] == [0.0, 10.0, 0.0]
    assert bench.feeder.load > 0.8 * sum(cost.share for cost in costs.values())


def test_a_busy_machine_makes_no_cheap_step_look_dear() -> None:
    """Now and then it waits for the processor, or for the interpreter; that is no cost of its own."""
    gauge = Gauge()
    for block in range(60):
        gauge.add(512, MILLISECOND // 100, MILLISECOND // 100 if block % 20 == 7 else 3 * MILLISECOND)
    share, worst = gauge.read(RATE) or (1.0, 1.0)
    assert share < 0.003
    assert worst < 0.003


def test_bursts_count_by_what_they_come_to() -> None:
    """A codec works in one block of four: it costs a quarter of that on the whole, and all of it at worst."""
    gauge = Gauge()
    for block in range(60):
        took = 0 if block % 4 else 4 * MILLISECOND
        gauge.add(480, took, took)
    share, worst = gauge.read(RATE) or (1.0, 1.0)
    assert (share, worst) == (pytest.approx(0.1), pytest.approx(0.4))


def test_nothing_is_said_of_too_few_blocks_or_too_short_ones() -> None:
    gauge = Gauge()
    for _ in range(ENOUGH - 1):
        gauge.add(512, MILLISECOND, MILLISECOND)
    for _ in range(100):
        gauge.add(SHORTEST - 1, MILLISECOND, MILLISECOND)
    assert gauge.read(RATE) is None


@pytest.fixture
def outputs() -> FakeOutputs:
    return FakeOutputs()


@pytest.fixture
def served(tmp_path: Path, outputs: FakeOutputs) -> Iterator[tuple[Server, StatusBlock, object]]:
    with serving(tmp_path, outputs) as made:
        yield made


def test_the_snapshot_tells_what_is_heard_live_and_what_lies_ahead(
    served: tuple[Server, StatusBlock, object], outputs: FakeOutputs, tmp_path: Path
) -> None:
    server, block, send = served
    follow, live = bridged(sound_of(tmp_path, "o", noise(4 * RATE)), tmp_path / "take")

    def tell(*messages: object) -> None:
        for message in messages:
            send(message)  # type: ignore[operator]
            server.turn()
        server.feeder.fill()

    tell(Follow(follow.original), Play())
    assert block.read().snapshot.costs == ()
    server.feeder.post(follow)
    server.feeder.post(live)
    for _ in range(25):
        outputs.sinks[-1].take(480)
        tell()
    server.turn()
    shown = block.read().snapshot
    assert shown.heard == "bridge"
    assert [cost.step_id for cost in shown.costs] == list(STEPS)
    assert 80 < shown.ahead_ms < 120
    tell(Pause())
    for _ in range(20):
        outputs.sinks[-1].take(480)
        tell()
    server.turn()
    assert block.read().snapshot.costs == ()
