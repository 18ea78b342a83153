"""The main job on 600 spoken digits, and on a synthesised twin where they are not."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.batch.reproduce import reproduce
from tests.support.command import variophone
from tests.support.recordings import write_folder


@pytest.fixture
def twin(tmp_path: Path) -> Path:
    """A few labelled recordings, synthesised."""
    return write_folder(tmp_path / "twin", ("3", "7"), each=4)


@pytest.fixture
def digits(data_dir: Path) -> Path:
    """All spoken digits, where they lie."""
    return data_dir / "digits"


@pytest.fixture
def some_digits(data_dir: Path, tmp_path: Path) -> Path:
    """Every tenth digit, copied."""
    for path in sorted((data_dir / "digits").rglob("*.wav"))[::10]:
        target = tmp_path / "some" / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return tmp_path / "some"


def export(folder: Path, out: Path, jobs: int) -> list[dict[str, Any]]:
    """Two variants of each recording; gives the manifest's lines."""
    said = variophone(
        "export", folder, "--preset", "natural", "--variants", "2", "--seed", "7", "--out", out, "--jobs", str(jobs)
    )
    assert (said.code, said.err) == (0, "")
    return [json.loads(text) for text in (out / "manifest.jsonl").read_text().splitlines()]


def state(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Content, size and time of every file below a folder."""
    return {
        str(path.relative_to(folder)): (digest(path), path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def age(folder: Path) -> dict[Path, int]:
    """Make every file look unread for years, so that a reading is seen even where disks note few; gives the times."""
    for path in folder.rglob("*.wav"):
        os.utime(path, ns=(10**18, path.stat().st_mtime_ns))
    return read_times(folder)


def read_times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_atime_ns for path in sorted(folder.rglob("*.wav"))}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("kind", ["twin", "digits"])
def test_every_recording_gets_its_variants(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    folder: Path = request.getfixturevalue(kind)
    before = state(folder)
    lines = export(folder, tmp_path / "out", 2)
    assert state(folder) == before, "a source was touched"
    assert len(lines) == 2 * len(before)
    assert {(line["source"], line["variant"]) for line in lines} == {(name, n) for name in before for n in (1, 2)}
    for line in lines:
        samples, rate = soundfile.read(tmp_path / "out" / line["output"], dtype="int16", always_2d=True)
        source, _ = soundfile.read(folder / line["source"], dtype="int16", always_2d=True)
        assert (len(samples), rate) == (line["frames"], line["sample_rate"])
        assert digest(tmp_path / "out" / line["output"]) == line["output_sha256"]
        assert before[line["source"]][0] == line["source_sha256"]
        assert np.array_equal(samples, source) == line["unchanged"]
    table = list(csv.DictReader((tmp_path / "out" / "metadata.csv").read_text().splitlines()))
    assert [row["file_name"] for row in table] == [line["output"] for line in lines]
    assert all(row["label"] == row["file_name"].split("/")[0] for row in table)
    made = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert made == {line["output"] for line in lines} | {"manifest.jsonl", "metadata.csv", "chain.yaml", "export.log"}


@pytest.mark.skipif(not hasattr(os, "O_NOATIME"), reason="this system notes every reading")
def test_sources_look_unread(twin: Path, tmp_path: Path) -> None:
    before = age(twin)
    lines = export(twin, tmp_path / "out", 2)
    reproduce(tmp_path / "out" / "manifest.jsonl", lines[0]["output"], tmp_path / "again.wav", None, {})
    assert read_times(twin) == before


@pytest.mark.parametrize("kind", ["twin", "some_digits"])
def test_the_same_on_any_number_of_processes_and_any_disk(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder: Path = request.getfixturevalue(kind)
    lines = export(folder, tmp_path / "one", 1)
    moved = tmp_path / "elsewhere" / "renamed"
    moved.parent.mkdir()
    folder.rename(moved)
    assert export(moved, tmp_path / "two", 2) == lines
    for name in [line["output"] for line in lines] + ["manifest.jsonl", "metadata.csv", "chain.yaml"]:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    for line in lines:
        again = tmp_path / "again.wav"
        assert reproduce(tmp_path / "two" / "manifest.jsonl", line["output"], again, None, {}).identical
        assert again.read_bytes() == (tmp_path / "one" / line["output"]).read_bytes()
