"""A virtual sound card for tests: a private PulseAudio with a sink that passes float32 on unchanged.

PortAudio on Linux speaks ALSA only, so a private ALSA configuration leads to that server. A sink at the stream's own
rate resamples nothing: what is recorded from its monitor equals what was played, sample for sample, less what a
loaded machine drops. The environment reaches the audio process because it is started with the test's.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from numpy.typing import NDArray

OUT = "card_out"
MIC = "card_mic"
MONITOR = f"{OUT}.monitor"
ONE_RATE = "card_digital"
"""Encodes what it is given as AC-3: its level is of no use, but it refuses every rate but one."""
PROBE_FRAMES = 4096

PULSE = """\
load-module module-native-protocol-unix socket={folder}/run/pulse/native auth-anonymous=1
load-module module-null-sink sink_name={mic} format=float32le rate=48000 channels=2
set-default-source {mic}.monitor
"""

ALSA = f"""\
</usr/share/alsa/alsa.conf>
pcm.!default {{ type pulse hint {{ show on description "default" }} }}
ctl.!default {{ type pulse }}
pcm.{OUT} {{ type pulse device {OUT} hint {{ show on description "{OUT}" }} }}
pcm.{MIC} {{ type pulse device {MIC} hint {{ show on description "what the microphone hears" }} }}
pcm.{MIC}_monitor {{ type pulse device {MIC}.monitor hint {{ show on description "the microphone" }} }}
pcm.{ONE_RATE} {{ type a52 slavepcm {OUT} rate 48000 channels 2 hint {{ show on description "takes 48 kHz alone" }} }}
"""


NO_CARD = """\
</usr/share/alsa/alsa.conf>
ctl.!hw { @args [ CARD ] @args.CARD { type string default "0" } type hw card 99 }
"""
"""ALSA's own configuration (PortAudio aborts without one) in which no real card can be opened."""


class SoundServer:
    """One PulseAudio for a whole test session, or for a test that kills it; cards are plugged into it and out of it."""

    def __init__(self, *, begin: bool = True) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="variophone-sound-"))
        runtime = self.folder / "run"
        self.env = {
            "XDG_RUNTIME_DIR": str(runtime),
            "PULSE_RUNTIME_PATH": str(runtime / "pulse"),
            "PULSE_STATE_PATH": str(self.folder / "state"),
            "PULSE_SERVER": f"unix:{runtime}/pulse/native",
            "ALSA_CONFIG_PATH": str(self.folder / "asound.conf"),
        }
        for folder in (runtime, runtime / "pulse", self.folder / "state"):
            folder.mkdir(mode=0o700)
        (self.folder / "default.pa").write_text(PULSE.format(folder=self.folder, mic=MIC))
        (self.folder / "asound.conf").write_text(ALSA)
        self._process: subprocess.Popen[bytes] | None = None
        if begin:
            self.begin()

    def begin(self) -> None:
        """Start the server; also again after `kill`."""
        self._process = self.spawn(
            "pulseaudio", "-n", "-F", str(self.folder / "default.pa"), "--daemonize=no", "--exit-idle-time=-1",
            "--use-pid-file=no", "--realtime=no", "--high-priority=no", "--disable-shm=yes",
            f"--log-target=file:{self.folder}/pulse.log",
        )  # fmt: skip
        self._wait()
        # Under load a server of ordinary priority drops sound. It sets its own class at the start, so this comes after.
        subprocess.run(["chrt", "-a", "-f", "-p", "20", str(self._process.pid)], capture_output=True, check=False)

    def spawn(self, *command: str, stdout: int | IO[bytes] = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """Start a program that speaks with this server."""
        return subprocess.Popen(
            command, env={**os.environ, **self.env}, stdout=stdout, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )

    def control(self, *words: str) -> str:
        """Ask the server for something with `pactl`; raises CalledProcessError."""
        asked = subprocess.run(
            ["pactl", *words], env={**os.environ, **self.env}, capture_output=True, text=True, check=True, timeout=20
        )
        return asked.stdout.strip()

    def signal(self, number: int) -> None:
        """Stop the server, let it go on, or kill it, with all its cards."""
        if self._process is not None:
            self._process.send_signal(number)
            if number == signal.SIGKILL:
                self._process.wait()

    def _wait(self) -> None:
        for _ in range(100):
            with contextlib.suppress(subprocess.CalledProcessError):
                self.control("info")
                return
            time.sleep(0.1)
        self.close()
        pytest.skip("PulseAudio is installed, but its server did not start")

    def close(self) -> None:
        """End the server and remove what it kept."""
        if self._process is not None:
            _end(self._process)
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass
class SoundCard:
    """A card that is plugged in: what is played to the device `name` can be recorded."""

    server: SoundServer
    rate: int
    module: str
    name: str = OUT
    monitor: str = MONITOR

    @property
    def env(self) -> dict[str, str]:
        """The environment in which the card is found."""
        return self.server.env

    def unplug(self) -> None:
        """Take the card away, also from under a stream that plays."""
        self.server.control("unload-module", self.module)

    def freeze(self, frozen: bool = True) -> None:
        """Suspend the card: its streams are called no more, and are not told."""
        self.server.control("suspend-sink", self.name, str(int(frozen)))

    @contextlib.contextmanager
    def recording(self) -> Iterator[Recording]:
        """Record what the card plays until the block ends; `samples` is then float32 (2, frames)."""
        made = Recording()
        with tempfile.TemporaryFile() as file:
            recorder = self.server.spawn(
                "parec", "-d", self.monitor, "--raw", "--format=float32le", f"--rate={self.rate}", "--channels=2",
                "--latency-msec=10", stdout=file,
            )  # fmt: skip
            try:
                yield made
            finally:
                _end(recorder)
                file.seek(0)
                made.samples = np.frombuffer(file.read(), np.float32).reshape(-1, 2).T


class Recording:
    """What a card has played."""

    samples: NDArray[np.float32] = np.zeros((2, 0), np.float32)


@dataclass(frozen=True)
class Found:
    """How many probes of a sound were found in a recording unchanged, changed, or not at all."""

    exact: int
    changed: int
    missing: int


def find_probes(sound: NDArray[np.float32], recording: NDArray[np.float32]) -> Found:
    """Look for each 4096-frame piece of a sound in a recording, each aligned by itself; both are (channels, frames).

    A probe that is not found to the bit is looked for by correlation: it is changed where the two are alike.
    """
    frames = sound.shape[1] // PROBE_FRAMES * PROBE_FRAMES
    probes = [sound[:, start : start + PROBE_FRAMES] for start in range(0, frames, PROBE_FRAMES)]
    inexact = [probe for probe in probes if not _is_in(probe, recording)]
    changed = sum(_is_like(probe, recording) for probe in inexact)
    return Found(len(probes) - len(inexact), changed, len(inexact) - changed)


def _is_in(probe: NDArray[np.float32], recording: NDArray[np.float32]) -> bool:
    """Whether the probe stands in the recording to the bit, in any place."""
    there, sought = np.ascontiguousarray(recording.T).tobytes(), np.ascontiguousarray(probe.T).tobytes()
    frame = recording.shape[0] * recording.itemsize
    place = there.find(sought)
    while place > 0 and place % frame:
        place = there.find(sought, place + 1)
    return place >= 0


def _is_like(probe: NDArray[np.float32], recording: NDArray[np.float32]) -> bool:
    """Whether some piece of the recording correlates with the probe by more than 0.8."""
    mono, sought = recording.mean(axis=0, dtype=np.float64), probe.mean(axis=0, dtype=np.float64)
    if mono.size < sought.size or not sought.any():
        return False
    size = 1 << (mono.size + sought.size).bit_length()
    both = np.fft.irfft(np.fft.rfft(mono, size) * np.conj(np.fft.rfft(sought, size)), size)
    both = both[: mono.size - sought.size + 1]
    running = np.concatenate(([0.0], np.cumsum(mono**2)))
    power = np.maximum(running[sought.size :] - running[: -sought.size], 1e-12) * np.sum(sought**2)
    return bool(np.max(both / np.sqrt(power)) > 0.8)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def sound_server() -> Iterator[SoundServer]:
    """A private PulseAudio; a test that needs it is skipped where there is none."""
    _need_pulse()
    server = SoundServer()
    yield server
    server.close()


def _need_pulse() -> None:
    lacking = [name for name in ("pulseaudio", "pactl", "parec") if shutil.which(name) is None]
    if lacking:
        pytest.skip(f"no virtual sound card: {', '.join(lacking)} is not installed")


@pytest.fixture
def own_sound_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    """A PulseAudio for one test alone, not yet started and without any card to move to, in this test's environment."""
    _need_pulse()
    server = SoundServer(begin=False)
    (server.folder / "default.pa").write_text(PULSE.splitlines()[0].format(folder=server.folder) + "\n")
    for name, value in server.env.items():
        monkeypatch.setenv(name, value)
    yield server
    server.signal(signal.SIGCONT)
    server.close()


@pytest.fixture
def sound_card(
    request: pytest.FixtureRequest, sound_server: SoundServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SoundCard]:
    """A virtual card, at 48 kHz or at the rate of `@pytest.mark.parametrize("sound_card", [44100], indirect=True)`."""
    rate = getattr(request, "param", 48000)
    for name, value in sound_server.env.items():
        monkeypatch.setenv(name, value)
    with plugged_in(sound_server, rate) as card:
        yield card


@contextlib.contextmanager
def plugged_in(server: SoundServer, rate: int, name: str = OUT) -> Iterator[SoundCard]:
    """A card in the server's computer, and its default, until the block ends."""
    module = server.control(
        "load-module", "module-null-sink", f"sink_name={name}", "format=float32le", f"rate={rate}", "channels=2"
    )
    server.control("set-default-sink", name)
    # An idle sink sleeps for up to two seconds; somebody who listens all the time keeps it awake.
    keeper = server.spawn("parec", "-d", f"{name}.monitor", "--raw", "--latency-msec=10")
    try:
        yield SoundCard(server, rate, module, name, f"{name}.monitor")
    finally:
        _end(keeper)
        with contextlib.suppress(subprocess.CalledProcessError):
            server.control("unload-module", module)


@pytest.fixture
def no_sound_card(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without any sound device, for processes started from here and for PortAudio if it is new here."""
    (tmp_path / "asound.conf").write_text(NO_CARD)
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "asound.conf"))
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")
    monkeypatch.setenv("PIPEWIRE_REMOTE", "/nonexistent")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what plays through the card or works on the screen, so that it can be run alone."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if {"sound_card", "own_sound_server"} & set(fixtures):
            item.add_marker(pytest.mark.sound)
        if "hands" in fixtures:
            item.add_marker(pytest.mark.screen)
