"""Recordings: lossless, whole when they have their name, and kept whatever happens meanwhile."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from engine.files.recording import RecordingFile, recover
from engine.files.wav import header
from engine.playback.microphone.messages import Record, Recorded, RecordingState
from engine.playback.microphone.recorder import Recorder
from tests.support.playing import RATE, noise


def _recorded(folder: Path, sound: NDArray[np.float32], what: Recorded = "in") -> RecordingState:
    recorder = Recorder(Record(what, str(folder)), 1, RATE, sound.shape[0])
    for start in range(0, sound.shape[1], 480):
        recorder.put(sound[:, start : start + 480])
    recorder.end()
    recorder.join(30)
    return recorder.state


@pytest.mark.parametrize("what", ["in", "out"])
def test_a_recording_holds_every_sample(tmp_path: Path, what: Recorded) -> None:
    sound = noise(RATE, 2) * 4
    state = _recorded(tmp_path / "new" / "folder", sound, what)
    assert (state.running, state.error, state.seconds) == (False, "", 1.0)
    samples, rate = soundfile.read(state.path, dtype="float32")
    assert rate == RATE
    assert np.array_equal(samples.T, sound)
    assert ("processed" in state.path) == (what == "out")
    assert [path.name for path in Path(state.path).parent.iterdir()] == [Path(state.path).name]


def test_two_recordings_of_one_second_have_two_names(tmp_path: Path) -> None:
    files = [RecordingFile(str(tmp_path), "now", RATE, 1) for _ in range(3)]
    for file in files:
        file.write(noise(10, 1))
    assert sorted(str(file.finish()) for file in files) == [
        str(tmp_path / name) for name in ("now 2.wav", "now 3.wav", "now.wav")
    ]


def test_a_disk_that_is_full_ends_it_and_keeps_what_there_is(tmp_path: Path) -> None:
    sound, (soft, hard) = noise(RATE, 2), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        state = _recorded(tmp_path, sound)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert state.error == "The recording has ended, and what was recorded until then is kept: File too large."
    samples, _ = soundfile.read(state.path, dtype="float32")
    assert len(samples) > 20_000
    assert np.array_equal(samples.T, sound[:, : len(samples)])


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    state = _recorded(tmp_path / "file", noise(100))
    assert (state.running, state.path) == (False, "")
    assert state.error == f"{tmp_path / 'file'} cannot be recorded to: File exists."


def _record_on(folder: str, sound: NDArray[np.float32]) -> None:
    recorder = Recorder(Record("in", folder), 1, RATE, 2)
    recorder.put(sound)
    while True:
        time.sleep(1)


def test_what_a_killed_program_recorded_is_recovered(tmp_path: Path) -> None:
    sound = noise(2 * RATE)
    process = multiprocessing.get_context("spawn").Process(target=_record_on, args=(str(tmp_path), sound))
    process.start()
    until = time.monotonic() + 60
    while not any(part.stat().st_size > sound.nbytes for part in tmp_path.iterdir()) and time.monotonic() < until:
        time.sleep(0.02)
    assert recover(tmp_path) == [], "it is still being recorded"
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    process.close()
    (path,) = recover(tmp_path)
    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == RATE
    assert np.array_equal(samples.T, sound)
    assert list(tmp_path.iterdir()) == [path]


def test_a_growing_file_keeps_room_for_the_sizes_of_a_long_one() -> None:
    short, long = (header(2, frames, RATE, "32f", growing=True) for frames in (0, 2**30))
    assert len(short) == len(long)
    assert (short[:4], long[:4]) == (b"RIFF", b"RF64")
    assert long == header(2, 2**30, RATE, "32f")
