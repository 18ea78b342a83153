"""What is refused before anything is written, each in one sentence, with the disk as it was."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

import pytest

import engine
from engine.batch.finish import Finish
from engine.batch.plan import ExportRefused, ExportRequest, plan
from engine.batch.run import run
from engine.files.encode import Encoding
from engine.files.scan import Found
from tests.support.recordings import write_folder


@pytest.fixture
def sound(tmp_path: Path) -> ExportRequest:
    """A request that is fine."""
    write_folder(tmp_path / "in", each=1)
    return ExportRequest(chain=engine.load_chain("nothing"), inputs=(str(tmp_path / "in"),), out=str(tmp_path / "out"))


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content, and every folder."""
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in sorted(folder.rglob("*"))}


def test_a_sound_request_is_laid_out_in_order_and_writes_nothing(sound: ExportRequest, tmp_path: Path) -> None:
    before = snapshot(tmp_path)
    laid = plan(dataclasses.replace(sound, variants=2, keep_original=True))
    names = [name for job in laid.jobs for _, name in job.outputs]
    assert names == [
        "no/no_0.orig.wav", "no/no_0__v1.wav", "no/no_0__v2.wav",
        "yes/yes_0.orig.wav", "yes/yes_0__v1.wav", "yes/yes_0__v2.wav",
    ]  # fmt: skip
    assert [job.source.label for job in laid.jobs] == ["no", "yes"]
    assert snapshot(tmp_path) == before


def _changes(tmp_path: Path) -> dict[str, tuple[dict[str, Any], str]]:
    inside, file = str(tmp_path / "in"), str(tmp_path / "in" / "yes" / "yes_0.wav")
    (tmp_path / "link").symlink_to(tmp_path / "in", target_is_directory=True)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "metadata.csv").write_text("mine")
    finishes: dict[str, dict[str, Any]] = {
        "odd rate": {"sample_rate": 7}, "mp3 rate": {"sample_rate": 96_000, "encoding": Encoding("mp3")},
        "no duration": {"duration_s": 0.0}, "nan": {"duration_s": float("nan")}, "word": {"tail": "some"},
        "bits": {"encoding": Encoding("flac", "32f")}, "format": {"encoding": Encoding("wma")},
    }  # fmt: skip
    words = {
        "odd rate": "rate",
        "mp3 rate": "mp3",
        "no duration": "duration",
        "nan": "duration",
        "word": "tail",
        "bits": "flac",
        "format": "wma",
    }
    return {
        "inside": ({"out": f"{inside}/made"}, "lies in the input folder"),
        "same": ({"out": inside}, "lies in the input folder"),
        "by a link": ({"out": str(tmp_path / "link" / "made")}, "lies in the input folder"),
        "beside a file": ({"inputs": (file,), "out": f"{inside}/yes"}, "beside"),
        "over": ({"inputs": (inside,), "out": str(tmp_path / "in" / ".." / "in")}, "lies in"),
        "missing": ({"inputs": (str(tmp_path / "nowhere"),)}, "nowhere"),
        "nothing there": ({"inputs": (str(tmp_path / "empty"),)}, "no audio file"),
        "twice": ({"inputs": (file, file)}, "same relative path yes_0.wav"),
        "twice in the library": ({"inputs": (), "found": (Found(file, "a.wav", ""),) * 2}, "same relative path a.wav"),
        "a file": ({"out": str(tmp_path / "file")}, "not a folder"),
        "below a file": ({"out": str(tmp_path / "file" / "out")}, "not a folder"),
        "taken": ({"out": str(tmp_path / "taken")}, "--overwrite"),
        "no name": ({"out": ""}, "empty name"),
        "no input's name": ({"inputs": ("",)}, "empty name"),
        "in a bank": (
            {
                "chain": engine.load_chain("birdclef"), "inputs": (file,),
                "banks": (("background", inside),), "out": f"{inside}/made",
            },
            "folder of a bank",
        ),
        "variants": ({"variants": 0}, "variants"),
        "jobs": ({"jobs": -1}, "jobs"),
        "bank": ({"chain": engine.load_chain("birdclef")}, "--bank background=DIR"),
        "bank missing": (
            {"chain": engine.load_chain("birdclef"), "banks": (("background", str(tmp_path / "nowhere")),)},
            "nowhere",
        ),
        "bank empty": (
            {"chain": engine.load_chain("birdclef"), "banks": (("background", str(tmp_path / "empty")),)},
            "no recording",
        ),
        **{name: ({"finish": Finish(**fields)}, words[name]) for name, fields in finishes.items()},
    }  # fmt: skip


CASES = (
    "inside", "same", "by a link", "beside a file", "over", "missing", "nothing there", "twice", "twice in the library",
    "a file", "below a file", "taken", "no name", "no input's name", "in a bank", "variants", "jobs", "bank",
    "bank missing", "bank empty", "odd rate", "mp3 rate", "no duration", "nan", "word", "bits", "format",
)  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_request_is_refused(sound: ExportRequest, tmp_path: Path, case: str) -> None:
    changes, words = _changes(tmp_path)[case]
    before = snapshot(tmp_path)
    with pytest.raises(ExportRefused) as caught:
        plan(dataclasses.replace(sound, **changes))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert snapshot(tmp_path) == before


def test_every_case_is_tried(tmp_path: Path) -> None:
    (tmp_path / "in" / "yes").mkdir(parents=True)
    assert set(_changes(tmp_path)) == set(CASES)


def test_a_folder_that_the_system_refuses(sound: ExportRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who runs the tests may write everywhere, so the refusal is injected: once when asked, once when done."""
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda *_, **__: False)
        with pytest.raises(ExportRefused, match="cannot be written to"):
            plan(sound)
    laid = plan(sound)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    with pytest.raises(ExportRefused, match="No space left on device"):
        run(laid, lambda _: None, lambda: False)
    assert not os.path.exists(sound.out)
