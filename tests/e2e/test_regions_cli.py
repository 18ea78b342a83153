"""A preset with regions by the command line: what is labelled is changed, nothing else, and it can be made again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.files.encode import Encoding, encode
from tests.support.command import variophone
from tests.support.recordings import spoken

PRESET = """
variophone: 1
steps:
  - {transform: WhiteNoise, snr_db: 0, region: {events: [drum]}}
  - {transform: Gain, gain_db: [-12, -6], region: {start_s: [0, 0.2], end_s: 0.25}}
"""


def _synthesised(folder: Path) -> Path:
    path = folder / "made.wav"
    encode(path, spoken(3, 16_000, 2.0, channels=2), 16_000, Encoding("wav", "16"))
    return path


@pytest.mark.parametrize("real", [False, True], ids=["synthesised", "a grouse"])
def test_an_export_with_regions_is_made_again_to_the_byte(
    tmp_path: Path, real: bool, request: pytest.FixtureRequest
) -> None:  # fmt: skip
    (tmp_path / "in").mkdir()
    recording = _synthesised(tmp_path / "in")
    if real:
        found: Path = request.getfixturevalue("data_dir") / "wildlife" / "ruffed_grouse_drum.wav"
        recording.unlink()
        recording = Path(shutil.copy(found, tmp_path / "in"))
    recording.with_suffix(".txt").write_text("0.500000\t0.900000\tdrum\n\\\t20.0\t100.0\n1.2\t1.3\twing\n")
    encode(tmp_path / "in" / "bare.wav", spoken(4), 8_000, Encoding("wav", "16"))
    (tmp_path / "preset.yaml").write_text(PRESET)
    done = variophone(
        "export", tmp_path / "in", "--preset", tmp_path / "preset.yaml", "--out", tmp_path / "out", "--seed", "4",
        "--bits", "32f", "--jobs", "1",
    )  # fmt: skip
    assert done.code == 0
    assert done.sentence.endswith("bare.wav: WhiteNoise#1 did nothing: there is no label file beside the recording")
    lines = [json.loads(line) for line in (tmp_path / "out" / "manifest.jsonl").read_text().splitlines()]
    (line,) = (line for line in lines if line["source"] == recording.name)
    start, end = line["recipe"]["steps"][1]["region"]["spans"][0]
    before, rate = soundfile.read(recording, dtype="float32", always_2d=True)
    after, _ = soundfile.read(tmp_path / "out" / line["output"], dtype="float32", always_2d=True)
    changed = np.flatnonzero(np.any(before != after, axis=1)) / rate
    outside = (changed < start - 1 / rate) | ((changed > end) & (changed < 0.5)) | (changed > 0.9)
    assert changed.size > 0.39 * rate
    assert not outside.any()
    recording.with_suffix(".txt").unlink()
    again = variophone(
        "reproduce", tmp_path / "out" / "manifest.jsonl", line["output"], "--out", tmp_path / "again.wav"
    )  # fmt: skip
    assert (again.code, "byte-identical" in again.out) == (0, True)
    assert (tmp_path / "again.wav").read_bytes() == (tmp_path / "out" / line["output"]).read_bytes()
