"""A plugin's process that is killed, stopped, or gives what is no sound: everything else goes on."""

from __future__ import annotations

import atexit
import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray

from engine.batch.plan import ExportRequest, plan
from engine.batch.run import run as run_export
from engine.chain import Chain, Step, new_step
from engine.clip import TimeMap
from engine.draws import Draw, Key
from engine.files.encode import Encoding, encode
from engine.library import ScanRequest
from engine.playback.builder import slots_of
from engine.playback.messages import Bridge, Follow, Play, Sound, Volume
from engine.playback.program import Program
from engine.playback.voice import LiveVoice
from engine.plugins import child, hosting, processor
from engine.plugins.child import Child, ChildSilent
from engine.plugins.conduct import Conduct, Notes, conducted
from engine.plugins.described import Described
from engine.plugins.fault import PluginFault
from engine.plugins.hosting import Broken, Children, Hosted, Setup
from engine.plugins.requests import Names
from engine.track import Track, TrackReader
from engine.transform import StreamSpec, find
from tests.engine.batch.test_run import lines_of
from tests.engine.test_takes import Bench as TakesBench
from tests.support.playing import RATE, Bench, sound_of
from tests.support.plugins import LOADER, write_plugin

StandIn = Callable[[str], Described]
Sine = NDArray[np.float32]
LATE_S = 7.0


def sine(seconds: float) -> Sine:
    wave = 0.25 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)
    return np.tile(wave.astype(np.float32), (2, 1))


def hosts() -> list[psutil.Process]:
    """The plugin processes below this one."""
    found = []
    for one in psutil.Process().children(recursive=True):
        try:
            if one.status() != psutil.STATUS_ZOMBIE and any("plugins.serving" in word for word in one.cmdline()):
                found.append(one)
        except psutil.NoSuchProcess:
            continue
    return found


def level(block: Sine) -> float:
    return float(np.abs(block).max() / 0.25)


class Playing:
    """A plugin step that plays through the live bridge; its take is never rendered."""

    def __init__(self, folder: Path) -> None:
        self.notes = Notes()
        sound = sound_of(folder, "o", sine(60.0))
        chain = Chain()
        bridge = Bridge(sound, chain.with_step(new_step(chain, "Doubler")).draw(1, "a", 1).steps[:1])
        with conducted(Conduct(forgiving=True, live=True, notes=self.notes)):
            live = LiveVoice(bridge, Program(slots_of(bridge)))
        live.warm_up(0)
        self.bench = Bench(folder)
        never = Sound(Track(str(folder / "take"), RATE, 2), TimeMap.identity(60.0))
        self.bench.send(Volume(0.0), Follow(sound, never, bridge))
        self.bench.feeder.post(live)
        self.bench.send(Play())
        self.heard: list[Sine] = []
        self.bench.take(RATE // 2)

    def take(self, seconds: float = 0.1) -> Sine:
        began = time.monotonic()
        self.heard.append(self.bench.take(round(seconds * RATE)))
        assert time.monotonic() - began < LATE_S, "the feeder waited for a plugin"
        return self.heard[-1]

    def until(self, wanted: float, seconds: float = 30.0) -> None:
        """Play until the sound is so many times as loud as the source."""
        until = time.monotonic() + seconds
        before, now = 0.0, -1.0
        while not before == now == pytest.approx(wanted, rel=0.02):
            assert time.monotonic() < until, self.notes.sentences
            time.sleep(0.02)
            before, now = now, round(level(self.take()), 2)

    @property
    def largest_step(self) -> float:
        return float(np.abs(np.diff(np.concatenate(self.heard, axis=1), axis=1)).max())


STEADY_STEP = 2 * 0.25 * 2 * np.pi * 440 / RATE


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_what_plays_goes_on_when_the_process_is_killed_or_stopped_and_the_plugin_comes_back_once(
    tmp_path: Path, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    stand_in("gain")
    monkeypatch.setattr(processor, "LIVE_S", 0.5)  # this machine may be as busy as it likes
    playing = Playing(tmp_path)
    playing.until(2.0)
    (host,) = hosts()
    os.kill(host.pid, how)
    playing.until(1.0)
    words = "crashed" if how == signal.SIGKILL else "did not answer in time"
    assert playing.notes.sentences == (
        f"Doubler#1: the plugin Doubler {words}; it is started again, bypassed until then",
    )
    playing.until(2.0)
    assert playing.notes.sentences == ()
    (second,) = hosts()
    assert second.pid != host.pid
    os.kill(second.pid, how)
    playing.until(1.0)
    (sentence,) = playing.notes.sentences
    assert sentence.endswith("the step is bypassed until it is changed")
    assert playing.largest_step < 2 * STEADY_STEP


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [("nan", "gave samples that are not finite numbers"), ("too few", "gave too few samples"), ("silence", "")],
)
def test_what_plays_goes_on_when_a_plugin_gives_no_sound(
    tmp_path: Path, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, behaviour: str, words: str
) -> None:
    stand_in(behaviour)
    monkeypatch.setattr(processor, "LIVE_S", 0.5)
    monkeypatch.setattr(processor, "FAILURES_MAX", 1)  # its return is another test's
    playing = Playing(tmp_path)
    playing.take(0.2)
    assert level(playing.heard[0]) == pytest.approx(2.0, rel=0.02)
    if not words:
        playing.until(0.0)
        assert playing.notes.sentences == ()
        return
    playing.until(1.0)
    assert words in playing.notes.sentences[0]
    assert playing.largest_step < 2 * STEADY_STEP


def test_a_take_for_the_window_goes_on_without_the_step_and_is_made_whole_when_it_is_tried_again(
    tmp_path: Path, stand_in: StandIn
) -> None:
    plugin, sound, chain = stand_in("crash"), sine(2.0), Chain(guard="none")
    recipe = chain.with_step(new_step(chain, "Doubler")).draw(1, "a", 1)
    encode(tmp_path / "sine.wav", sound, RATE, Encoding("wav", "32f"))
    (source,) = ScanRequest((str(tmp_path / "sine.wav"),)).run()
    bench = TakesBench()
    try:
        bench.takes.show(source, recipe)
        view = bench.settle()
        assert view.take is not None
        assert view.complete
        assert view.bypassed == ("Doubler#1: the plugin Doubler crashed; the step is bypassed in this take",)
        taken = TrackReader(view.take).samples().copy()
        assert taken.shape == sound.shape
        assert np.allclose(taken[:, : RATE - 8192], sound[:, : RATE - 8192] * 10 ** (6 / 20), atol=1e-6)
        assert np.allclose(taken[:, RATE + 8192 :], sound[:, RATE + 8192 :])
        Path(plugin.path).with_suffix(".mended").touch()
        bench.takes.try_plugins_again()
        view = bench.settle()
        assert view.take is not None
        assert view.bypassed == ()
        assert np.allclose(TrackReader(view.take).samples(), sound * 10 ** (6 / 20), atol=1e-6)
    finally:
        bench.close()


def test_a_stopped_process_is_waited_for_no_longer_than_its_deadline(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in("gain")
    monkeypatch.setattr(processor, "RUN_S", 0.3)
    doubler = find("Doubler")().processor(StreamSpec(RATE, 2), Draw(Key.of("any")))  # type: ignore[attr-defined]
    doubler.process(sine(0.1))
    (host,) = hosts()
    host.suspend()
    with pytest.raises(PluginFault, match="did not answer in time"):
        doubler.process(sine(0.1))
    until = time.monotonic() + LATE_S
    while hosts():
        assert time.monotonic() < until, "what did not answer lives on"
        time.sleep(0.01)


def test_a_process_that_reads_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(child, "SEND_S", 1)
    stopped = Child(LOADER)
    assert stopped.ask(Names(write_plugin(tmp_path, "Any"), "VST3"), LATE_S) == ("Any",)
    os.kill(stopped.pid, signal.SIGSTOP)
    with pytest.raises(ChildSilent):
        stopped.ask(Names("a" * 10**6, "VST3"), LATE_S)
    stopped.close()


def test_a_process_whose_answer_was_not_waited_for_is_given_to_nobody(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after Ctrl-C in a notebook: the answer that comes later belongs to no request."""
    setup = Setup(stand_in("gain"), "", (("gain_db", 6.0),), 2, RATE)
    hosted = Hosted(setup)
    with monkeypatch.context() as patch:
        patch.setattr(Child, "_answer", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            hosted.run(sine(0.1), LATE_S)
    first = hosted.pid
    del hosted
    again = Hosted(setup)
    assert again.pid != first
    assert level(again.run(sine(0.1), LATE_S)) == pytest.approx(2.0, rel=0.02)


def test_a_full_disk_is_a_plugin_s_fault_and_nothing_else_s(stand_in: StandIn) -> None:
    setup = Setup(stand_in("gain"), "", (), 2, RATE)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(Broken, match="could not be given a process"):
            Hosted(setup)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_as_many_processes_wait_as_play(monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn of a knob in a chain of ten plugins starts none anew; what is gone from the chain lets them go."""

    class Idle:
        ended = False

        def __init__(self, loader: str) -> None:
            started.append(self)

        def kill(self) -> None:
            self.ended = True

    started: list[Idle] = []
    monkeypatch.setattr(hosting, "Child", Idle)
    children = Children()
    playing = [children.take(f"{plugin}") for plugin in range(10)]
    for _ in range(3):
        coming = [children.take(f"{plugin}") for plugin in range(10)]
        for plugin, one in enumerate(playing):
            children.give_back(f"{plugin}", one, True)
        playing = coming
    assert len(started) == 20
    for plugin, one in enumerate(playing):
        children.give_back(f"{plugin}", one, True)
    assert sum(not one.ended for one in started) == 6
    atexit.unregister(children.close)


def test_an_export_loses_only_the_output_whose_plugin_was_killed_twice(
    tmp_path: Path, real: Callable[[str], Described]
) -> None:
    real("ZamCompX2")
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b"):
        encode(folder / f"{name}.wav", sine(0.5), RATE, Encoding("wav", "16"))
    chain = Chain(steps=(Step(id="squeeze", transform="ZamCompX2", settings=(("makeup_db", 6.0),)),))
    request = ExportRequest(chain=chain, inputs=(str(folder),), out=str(tmp_path / "out"), jobs=1)
    killer = threading.Thread(target=_kill_the_first_two)
    killer.start()
    summary = run_export(plan(request), lambda _: None, lambda: False)
    killer.join()
    assert (summary.done, summary.failed) == (1, (("a.wav", "squeeze: the plugin ZamCompX2 crashed"),))
    lost, made = lines_of(tmp_path / "out")
    assert "output_sha256" not in lost
    assert not (tmp_path / "out" / lost["output"]).exists()
    assert made["recipe"]["steps"][0]["plugin"]["name"] == "ZamCompX2"
    assert len(made["recipe"]["steps"][0]["plugin"]["digest"]) == 64
    assert not made["unchanged"]


def _kill_the_first_two() -> None:
    killed: set[int] = set()
    until = time.monotonic() + 60
    while len(killed) < 2 and time.monotonic() < until:
        for host in hosts():
            if host.pid not in killed and len(killed) < 2:
                host.kill()
                killed.add(host.pid)
        time.sleep(0.05)
