"""A take that is kept by itself is the file that the export writes, and never takes the place of a recording."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

import engine
from engine.batch import reproduce as again
from engine.batch.finish import Finish
from engine.batch.keep import KeepRequest, NotKept, frames_of
from engine.batch.plan import ExportRequest, plan
from engine.batch.run import run
from engine.chain import Chain, Step
from engine.clip import Segment, TimeMap
from engine.files.encode import Encoding
from engine.files.scan import scan
from engine.render import RenderError
from tests.support.recordings import write_folder

WAV, FLAC = Encoding("wav", "16"), Encoding("flac", "24")


@pytest.fixture
def take(tmp_path: Path) -> KeepRequest:
    """Take 2 of a recording in a folder, by the natural preset."""
    found = scan([write_folder(tmp_path / "in", each=1)])
    return KeepRequest(
        path=str(tmp_path / "kept" / "mine.wav"), source=found[1], chain=engine.load_chain("natural"), seed=7,
        variant=2, finish=Finish(WAV), sources=tuple(one.path for one in found),
    )  # fmt: skip


@pytest.mark.parametrize("encoding", [WAV, FLAC])
def test_the_bytes_and_the_line_are_the_export_s(take: KeepRequest, tmp_path: Path, encoding: Encoding) -> None:
    take = dataclasses.replace(take, path=take.path.replace(".wav", encoding.suffix), finish=Finish(encoding))
    request = ExportRequest(
        chain=take.chain, inputs=(str(tmp_path / "in"),), out=str(tmp_path / "out"), variants=2, seed=7,
        finish=take.finish, jobs=1,
    )  # fmt: skip
    run(plan(request), lambda _: None, lambda: False)
    kept = Path(take.run())
    name = f"{take.source.source_id.removesuffix('.wav')}__v2{encoding.suffix}"
    assert kept.read_bytes() == (tmp_path / "out" / name).read_bytes()
    exported = [json.loads(text) for text in (tmp_path / "out" / "manifest.jsonl").read_text().splitlines()]
    line = next(line for line in exported if line["output"] == name)
    assert json.loads(Path(f"{kept}.json").read_text()) == line | {"output": kept.name}


def test_a_part_has_the_samples_of_the_whole_and_can_be_made_again(take: KeepRequest, tmp_path: Path) -> None:
    """The whole is scaled where it would clip, and the part with it."""
    loud = Chain(steps=(Step(id="Gain#1", transform="Gain", settings=(("gain_db", 24.0),)),))
    take = dataclasses.replace(take, chain=loud)
    whole, _ = soundfile.read(take.run(), dtype="int16")
    part = dataclasses.replace(take, path=str(tmp_path / "kept" / "part.wav"), part=(700, 1900))
    cut, _ = soundfile.read(part.run(), dtype="int16")
    assert abs(whole).max() > 32_000 > abs(cut).max()
    np.testing.assert_array_equal(cut, whole[700:1900])
    manifest, out = Path(f"{part.path}.json"), tmp_path / "again.wav"
    assert again.reproduce(manifest, "part.wav", out, tmp_path / "in", {}).identical
    with pytest.raises(RenderError, match="no part"):
        dataclasses.replace(part, part=(100, 10**9)).run()


def test_no_recording_is_written_over_by_whatever_name(take: KeepRequest, tmp_path: Path) -> None:
    other = next(path for path in take.sources if path != take.source.path)
    link = tmp_path / "link.wav"
    link.symlink_to(other)
    before = {path: Path(path).read_bytes() for path in take.sources}
    for path in (take.source.path, other, str(link)):
        with pytest.raises(NotKept, match="never changed"):
            dataclasses.replace(take, path=path).run()
    assert {path: Path(path).read_bytes() for path in take.sources} == before


def test_no_bank_grows_and_no_other_file_of_the_user_s_is_replaced(take: KeepRequest, tmp_path: Path) -> None:
    bank = tmp_path / "rooms"
    bank.mkdir()
    with pytest.raises(NotKept, match="the bank rooms"):
        dataclasses.replace(take, path=str(bank / "take.wav"), banks=(("rooms", str(bank)),)).run()
    notes = Path(f"{take.path}.json")
    notes.parent.mkdir()
    notes.write_text('{"my": "notes"}')
    with pytest.raises(NotKept, match="not of a take"):
        take.run()
    assert notes.read_text() == '{"my": "notes"}'
    assert os.listdir(notes.parent) == [notes.name]
    notes.unlink()
    assert take.run() == take.run()


def test_a_selection_is_taken_where_the_take_has_it() -> None:
    """Stretched, reversed, and cut out."""
    assert frames_of((0.5, 1.0), TimeMap.scaled(2.0, 4.0), 1000) == (1000, 2000)
    backwards = TimeMap((Segment((0.0, 2.0), (2.0, 0.0)),))
    assert frames_of((0.5, 1.0), backwards, 1000) == (1000, 1500)
    start_gone = TimeMap((Segment((0.0, 1.0), (1.0, 2.0)),))
    assert frames_of((0.0, 0.5), start_gone, 1000) is None
    assert frames_of((0.5, 9.0), start_gone, 1000) == (0, 1000)
