"""The microphone's path, with devices under the test's own hand: what leaves is what a render of the same steps is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import engine
from engine.chain import Chain
from engine.playback import ring
from engine.playback.messages import Play, Snapshot, Volume
from engine.playback.microphone.balance import Balance
from engine.playback.microphone.frames import FrameRing
from engine.playback.microphone.messages import SOURCE, CloseMicrophone, LiveChain, Mute, OpenMicrophone, Picked
from engine.playback.microphone.monitor import RISE_S, Monitor, SetMuted
from engine.playback.microphone.steps import LiveBuilder, slots_of
from engine.playback.ring import Ring
from engine.playback.server import RING_FILE
from engine.preset import loads
from engine.recipe import Drawn, Recipe
from engine.transform import StreamSpec
from tests.support.microphones import BLOCK, FakeLink, FakeLinks
from tests.support.playing import RATE, FakeOutputs, noise, serving

LIVE = """
variophone: 1
name: live
steps:
  - {transform: HighPass, cutoff_hz: 120}
  - {transform: Compressor, threshold_db: -20, ratio: 4}
  - {transform: Reverb, room_size: 0.4}
"""
MIXED = """
variophone: 1
name: mixed
steps:
  - {id: cut, transform: HighPass, cutoff_hz: 120}
  - {id: back, transform: Reverse}
  - {id: level, transform: PeakNormalize}
  - {id: part, transform: Gain, gain_db: -3, region: {start_s: 1, end_s: 2}}
  - {id: room, transform: ImpulseResponse, bank: rooms}
"""


def quiet(frames: int) -> NDArray[np.float32]:
    """Noise that the howl guard lets be: loud noise it mutes for a moment, as everything that never lets up."""
    return noise(frames) * np.float32(0.1)


class Rig:
    """A monitor without its thread, between devices that are called by hand."""

    def __init__(self, folder: Path, picked: Picked = "stereo", **changes: object) -> None:
        ring.create(folder / RING_FILE)
        self.ring = Ring(folder / RING_FILE)
        self.link = replace(FakeLink(self.ring, FrameRing(2)), **changes)  # type: ignore[arg-type]  # its fields
        self.monitor = Monitor(self.link, self.ring, picked, 0.0)
        self.monitor.prime()

    def play(self, chain: str) -> None:
        """Have the chain built and taken up, by a builder as the program has it."""
        builder = LiveBuilder(self.monitor.spec, self.monitor.heard, self.monitor.post)
        before = self.monitor.live
        builder.ask(LiveChain(_drawn(chain)))
        until = time.monotonic() + 30
        while self.monitor.live is before and time.monotonic() < until:
            time.sleep(0.005)
            self.monitor.turn()
        builder.close()

    def through(self, sound: NDArray[np.float32], block: int = BLOCK) -> NDArray[np.float32]:
        """What leaves while a sound comes in."""
        left = []
        for start in range(0, sound.shape[1], block):
            piece = sound[:, start : start + block]
            left.append(self.link.take(piece.shape[1]))
            self.link.give(piece)
            self.monitor.turn()
        return np.concatenate(left, axis=1)


def _drawn(chain: str) -> tuple[Drawn, ...]:
    return replace(loads(chain, "chain"), guard="none").draw(3, SOURCE, 1).steps


def _render(chain: str, sound: NDArray[np.float32]) -> NDArray[np.float32]:
    return engine.render(sound, RATE, Recipe(3, SOURCE, 1, _drawn(chain)))


def test_what_leaves_is_the_render_of_the_same_steps(tmp_path: Path) -> None:
    rig, sound = Rig(tmp_path), quiet(3 * RATE)
    rig.play(LIVE)
    rig.monitor.post(SetMuted(False))
    left = rig.through(sound)
    risen = round((RISE_S + 0.05) * RATE)
    late = rig.link.ahead
    expected = _render(LIVE, sound)
    assert not left[:, :late].any()
    assert np.array_equal(left[:, late + risen :], expected[:, risen : sound.shape[1] - late])
    assert np.abs(left[:, late : late + 480]).max() < 0.01, "it comes up slowly"


def test_a_chain_that_is_changed_sounds_as_if_it_had_always_run(tmp_path: Path) -> None:
    rig, sound = Rig(tmp_path), quiet(4 * RATE)
    rig.monitor.post(SetMuted(False))
    first = rig.through(sound[:, : 2 * RATE])
    rig.play(LIVE.replace("Reverb, room_size: 0.4", "LowPass, cutoff_hz: 900"))
    second = rig.through(sound[:, 2 * RATE :])
    late, faded = rig.link.ahead, round(0.015 * RATE)
    assert np.array_equal(first[:, -RATE:], sound[:, RATE - late : 2 * RATE - late]), "without a chain it is the sound"
    expected = _render(LIVE.replace("Reverb, room_size: 0.4", "LowPass, cutoff_hz: 900"), sound)
    changed = second[:, late + faded :]
    assert np.allclose(changed, expected[:, 2 * RATE + faded : 4 * RATE - late], atol=1e-6)


def test_a_tone_that_goes_on_while_it_is_muted_is_let_be_heard_again(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.monitor.post(SetMuted(False))
    sine = np.repeat(np.sin(np.arange(4 * RATE) * 0.1).astype(np.float32)[None], 2, axis=0) * np.float32(0.9)
    left = rig.through(sine)
    blocks = np.abs(left[:, : left.shape[1] // 4800 * 4800]).reshape(2, -1, 4800).max(axis=(0, 2))
    silent = np.flatnonzero(blocks[5:] < 1e-6) + 5
    assert 2 <= silent.size < 10
    assert (blocks[silent[-1] + 5 :] > 0.85).all(), "only once"
    assert (rig.monitor.muted, rig.monitor.howled) == (False, False)


@pytest.mark.parametrize(("picked", "row"), [("1", [1.0, 0.0]), ("2", [0.0, 1.0]), ("mono", [0.5, 0.5])])
def test_one_channel_is_heard_on_both_sides(tmp_path: Path, picked: Picked, row: list[float]) -> None:
    rig, sound = Rig(tmp_path, picked), quiet(RATE)
    rig.monitor.post(SetMuted(False))
    left = rig.through(sound)[:, -RATE // 2 :]
    expected = (np.array([row], np.float32) @ sound)[:, RATE // 2 - rig.link.ahead : -rig.link.ahead]
    assert np.allclose(left, np.repeat(expected, 2, axis=0), atol=1e-6)


def test_every_step_that_does_not_run_says_why() -> None:
    steps = loads(MIXED, "chain").draw(3, SOURCE, 1).steps
    slots, skipped = slots_of(LiveChain(steps), StreamSpec(RATE, 2))
    assert len(slots) == 1
    assert {skip.step: skip.reason for skip in skipped} == {
        "back": "needs the whole recording",
        "level": "measures the whole recording first",
        "part": "works in a region of a recording",
        "room": "its bank has no folder",
        "guard": "measures the whole recording first; the monitor's limiter stands in for it",
    }


def test_a_drawn_chain_for_the_microphone_is_the_same_at_every_start() -> None:
    chain = loads(LIVE.replace("120", "[80, 400]"), "chain")
    assert chain.draw(3, SOURCE, 1) == chain.draw(3, SOURCE, 1) != chain.draw(3, SOURCE, 2)
    assert Chain().draw(3, SOURCE, 1).steps == ()


@pytest.mark.parametrize(("fast", "sign"), [(1.004, 1), (0.996, -1)])
def test_clocks_that_run_apart_are_held_together(tmp_path: Path, fast: float, sign: int) -> None:
    rig = Rig(tmp_path, one_clock=False)
    rig.monitor.post(SetMuted(False))
    sine = np.sin(2 * np.pi * 220 * np.arange(RATE * 20) / RATE).astype(np.float32)[None] * np.float32(0.5)
    sound, given, fills, left = np.repeat(sine, 2, axis=0), 0.0, [], []
    for _ in range(12 * RATE // BLOCK):
        left.append(rig.link.take(BLOCK))
        come = round(given + BLOCK * fast) - round(given)
        rig.link.give(sound[:, round(given) : round(given) + come])
        given += BLOCK * fast
        rig.monitor.turn()
        fills.append(rig.ring.fill)
    assert rig.monitor.balance.corrections >= 2
    assert rig.ring.empties <= (0 if sign > 0 else 1)
    assert max(fills) < 4 * rig.link.ahead
    heard = np.concatenate(left, axis=1)[:, RATE:]
    assert np.abs(np.diff(heard)).max() < 3 * 0.5 * 2 * np.pi * 220 / RATE, "no correction is heard as a click"


def test_a_balance_that_has_nothing_to_correct_changes_nothing() -> None:
    balance, sound = Balance(RATE, 700, 300, 1400), quiet(2 * RATE)
    passed = []
    for start in range(0, sound.shape[1], BLOCK):
        balance.watch(700, BLOCK)
        passed.append(balance.process(sound[:, start : start + BLOCK]))
    assert balance.corrections == 0
    assert np.array_equal(np.concatenate(passed, axis=1), sound)


def _until(turn: Callable[[], Snapshot], done: Callable[[Snapshot], bool]) -> Snapshot:
    until = time.monotonic() + 20
    while not done(shown := turn()):
        assert time.monotonic() < until, shown
        time.sleep(0.005)
    return shown


def test_the_server_lends_its_device_and_takes_it_back(tmp_path: Path) -> None:
    outputs, links = FakeOutputs(), FakeLinks()
    with serving(tmp_path, outputs, links) as (server, status, send):

        def turn() -> Snapshot:
            for link in links.made[-1:]:
                link.take(BLOCK)
                link.give(np.zeros((2, BLOCK), np.float32))
            server.turn()
            return status.read().snapshot

        server._outlet.rescan()
        for message in (Volume(0.0), LiveChain(loads(MIXED, "chain").draw(3, SOURCE, 1).steps), OpenMicrophone()):
            send(message)
        shown = _until(turn, lambda now: bool(now.microphone.skipped)).microphone
        assert shown.device == "desk microphone"
        assert shown.muted
        assert shown.delays.total_ms >= 30
        links.made[0].give(np.full((2, 480), 1.0, np.float32))
        assert _until(turn, lambda now: now.microphone.overs > 0).microphone.peak_db == (0.0, 0.0)
        send(Mute(False))
        _until(turn, lambda now: not now.microphone.muted)
        send(OpenMicrophone(latency="safe"))
        assert _until(turn, lambda now: len(links.made) == 2 and bool(now.microphone.device)).microphone.muted
        send(Mute(False))
        _until(turn, lambda now: not now.microphone.muted)
        links.made[1].lost = True
        _until(turn, lambda now: not now.microphone.one_clock)
        assert len(links.made) == 3, "one stream that ended is tried again as two"
        _until(turn, lambda now: not now.microphone.muted)
        links.made[2].lost = True
        lost = _until(turn, lambda now: not now.microphone.device).microphone
        assert lost.error == "The microphone desk microphone or its output speakers is gone; it is closed."
        assert all(link.closed for link in links.made)
        send(OpenMicrophone("a microphone that is unplugged"))
        gone = _until(turn, lambda now: "unplugged" in now.microphone.error).microphone
        assert gone.error == "The sound device a microphone that is unplugged is not there."
        send(OpenMicrophone())
        assert _until(turn, lambda now: bool(now.microphone.device)).microphone.one_clock
        links.made[-1].input_latency_s = 0.4
        caught_up = _until(turn, lambda now: not now.microphone.one_clock).microphone
        assert caught_up.delays.input_ms < 100, "what has piled up in one stream is let go by two"
        send(Play())
        _until(turn, lambda now: not now.microphone.device)
        send(OpenMicrophone())
        _until(turn, lambda now: bool(now.microphone.device))
        send(CloseMicrophone())
        _until(turn, lambda now: not now.microphone.device)
