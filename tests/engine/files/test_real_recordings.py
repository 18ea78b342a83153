"""The real recordings; their synthesised twins are in test_decode.py, which always runs."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from engine.files.decode import read
from engine.files.probe import probe
from engine.files.scan import scan

BY_OTHERS = {
    "odd_formats/bus.opus": ("Ogg Opus", 48_000, 1, 36_682),
    "odd_formats/testing.m4a": ("MP4 (AAC)", 44_100, 1, 141_312),
    "odd_formats/ms_adpcm.wav": ("WAV", 11_024, 1, 895_500),
    "speech/librispeech_2412-153948-0000.flac": ("FLAC", 16_000, 1, 186_560),
}


@pytest.mark.parametrize("folder", ["odd_formats", "environment", "impulse_responses", "music", "speech", "wildlife"])
def test_every_real_recording_is_read_as_soundfile_reads_it(data_dir: Path, folder: str) -> None:
    import soundfile

    found = [one for one in scan([data_dir / folder]) if not one.path.endswith(".m4a")]
    assert len(found) > 0
    for one in found:
        clip = read(one.path)
        theirs, rate = soundfile.read(one.path, dtype="float32", always_2d=True)
        assert clip.sample_rate == rate
        np.testing.assert_array_equal(clip.samples, theirs.T)


@pytest.mark.parametrize("path", BY_OTHERS)
def test_facts_of_odd_recordings(data_dir: Path, path: str) -> None:
    info = probe(data_dir / path)
    assert (info.format, info.sample_rate, info.channels, info.frames) == BY_OTHERS[path]
    clip = read(data_dir / path)
    assert clip.frames == info.frames
    assert 0.01 < np.abs(clip.samples).max() < 1.5


def test_a_folder_of_digits_has_its_labels_and_is_left_alone(data_dir: Path) -> None:
    found = scan([data_dir / "digits"])
    assert len(found) == 600
    assert {one.label for one in found} == set("0123456789")
    before = [(one.path, os.stat(one.path)) for one in found[::60]]
    for one in found[::60]:
        assert read(one.path).sample_rate == 8_000
    after = [(one.path, os.stat(one.path)) for one in found[::60]]
    assert [(facts.st_mtime_ns, facts.st_size) for _, facts in before] == [
        (facts.st_mtime_ns, facts.st_size) for _, facts in after
    ]
