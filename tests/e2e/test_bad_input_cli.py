"""Bad input by command line: one clear sentence, the right exit code, nothing half-written."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.support.command import Said, variophone
from tests.support.recordings import write_cut_flac, write_folder, write_text_as_wav

HEAD = "variophone: 1\nsteps:\n  - {transform: "


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder of recordings, and beside it everything that can be wrong."""
    write_folder(tmp_path / "in", each=1)
    write_folder(tmp_path / "in2", each=1)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "empty.wav").touch()
    write_text_as_wav(tmp_path / "broken" / "text.wav")
    write_cut_flac(tmp_path / "broken" / "cut.flac")
    (tmp_path / "unknown.yaml").write_text(f"{HEAD}Reverbb}}\n")
    (tmp_path / "outside.yaml").write_text(f"{HEAD}Gain, gain_db: 99}}\n")
    (tmp_path / "file").write_text("in the way")
    return tmp_path


def export(place: Path, *words: str | Path, preset: str | Path = "nothing") -> Said:
    """Export with the output folder `out`, unless another is named."""
    out = [] if "--out" in words else ["--out", place / "out"]
    return variophone("export", *words, "--preset", preset, *out, "--jobs", "1")


@pytest.mark.parametrize(
    ("name", "words"), [("empty.wav", "is empty"), ("text.wav", "text.wav"), ("cut.flac", "cut.flac")]
)
def test_a_broken_file(place: Path, name: str, words: str) -> None:
    said = export(place, place / "broken" / name, place / "in")
    assert said.code == 1
    assert words in said.sentence
    assert said.sentence.startswith(f"variophone: {name}")
    assert sorted(path.name for path in (place / "out").rglob("*.*")) == [
        "chain.yaml", "export.log", "manifest.jsonl", "metadata.csv", "no_0__v1.wav", "yes_0__v1.wav",
    ]  # fmt: skip


REFUSED = {
    "missing folder": (["nowhere"], {}, ["nowhere", "does not exist"]),
    "unknown transform": (["in"], {"preset": "unknown.yaml"}, ["unknown.yaml, line 3", "did you mean Reverb"]),
    "out of range": (["in"], {"preset": "outside.yaml"}, ["outside.yaml, line 3: step 1 (Gain#1): gain_db 99"]),
    "unknown preset": (["in"], {"preset": "natrual"}, ["natrual", "did you mean natural"]),
    "missing preset": (["in"], {"preset": "mine.yaml"}, ["mine.yaml", "No such file"]),
    "output is a file": (["in", "--out", "file"], {}, ["file", "not a folder"]),
    "output in the input": (["in", "--out", "in/made"], {}, ["lies in the input folder"]),
    "same relative path": (["in", "in2"], {}, ["same relative path no/no_0.wav", "in2"]),
    "bank not bound": (["in"], {"preset": "birdclef"}, ["background", "--bank background=DIR"]),
    "bank not there": (["in", "--bank", "background=nowhere"], {"preset": "birdclef"}, ["background", "nowhere"]),
    "bank misspelt": (["in", "--bank", "background"], {}, ["NAME=DIR"]),
    "no variants": (["in", "--variants", "0"], {}, ["--variants", "whole number from 1"]),
    "seed of dashes": (["in", "--seed=--5"], {}, ["--seed", "whole number from 0"]),
    "seed of words": (["in", "--seed", "seven"], {}, ["--seed", "seven"]),
    "unknown format": (["in", "--format", "wma"], {}, ["--format", "wma"]),
    "unknown word": (["in", "--varaints", "2"], {}, ["--varaints"]),
    "rate that mp3 lacks": (["in", "--format", "mp3", "--sample-rate", "96000"], {}, ["mp3", "96,000"]),
    "no duration": (["in", "--duration", "0"], {}, ["duration"]),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_request(place: Path, case: str) -> None:
    words, options, expected = REFUSED[case]
    before = sorted(place.rglob("*"))
    own = [word if word.startswith("-") or not (place / word).exists() else place / word for word in words]
    preset = options.get("preset", "nothing")
    said = variophone(
        "export", *own, "--preset", place / preset if (place / preset).exists() else preset,
        *([] if "--out" in words else ["--out", place / "out"]), cwd=place,
    )  # fmt: skip
    assert said.code == 2
    assert said.out == ""
    for part in expected:
        assert part in said.sentence
    assert sorted(place.rglob("*")) == before


@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv (util-linux) to give up root's rights")
@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="for root; others are refused in the test below")
def test_a_folder_that_root_may_not_write(place: Path) -> None:
    import subprocess
    import sys

    from tests.support.command import ROOT

    (place / "locked").mkdir(mode=0o555)
    rights = "-dac_override,-dac_read_search"
    command = [
        "setpriv", f"--bounding-set={rights}", f"--inh-caps={rights}", sys.executable, ROOT / "main.py",
        "export", place / "in", "--preset", "nothing", "--out", place / "locked" / "out",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = Said(done.returncode, done.stdout, done.stderr)
    assert said.code == 2
    assert "cannot be written to" in said.sentence
    assert not list((place / "locked").iterdir())


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(place: Path) -> None:
    (place / "locked").mkdir(mode=0o555)
    said = export(place, place / "in", "--out", place / "locked" / "out")
    assert said.code == 2
    assert "cannot be written to" in said.sentence


def test_an_export_that_is_there_already(place: Path) -> None:
    assert export(place, place / "in").code == 0
    kept = (place / "out" / "manifest.jsonl").read_bytes()
    said = export(place, place / "in", "--seed", "8")
    assert said.code == 2
    assert "--overwrite" in said.sentence
    assert (place / "out" / "manifest.jsonl").read_bytes() == kept
    assert export(place, place / "in", "--overwrite").code == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["exprot"], "did you mean export?"),
        (["nowhere.wav"], "nowhere.wav: there is no such file"),
        (["export"], "INPUT"),
        (["reproduce", "nowhere.jsonl", "x", "--out", "y"], "nowhere.jsonl: cannot be read"),
        (["presets", "natrual"], "did you mean natural"),
        (["transforms", "Reverbb"], "did you mean Reverb"),
        (["--colour"], "COMMAND"),
    ],
)
def test_words_that_are_not_known(words: list[str], expected: str) -> None:
    said = variophone(*words)
    assert said.code == 2
    assert expected in said.sentence
