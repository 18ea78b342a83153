"""The commands and their words, as scripts depend on them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import engine
from engine import catalogue, cli
from engine.files.encode import Encoding, encode
from engine.preset import shipped
from engine.transform import registered
from tests.support.command import ROOT, variophone
from tests.support.recordings import write_folder


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run a command in this process; gives exit code, stdout and stderr."""
    code = cli.main(words)
    return code, *capsys.readouterr()


def test_export_and_reproduce(tmp_path: Path) -> None:
    """The whole main job by command line, with the summary as JSON; the copy is byte-identical."""
    write_folder(tmp_path / "in")
    done = variophone(
        "export", tmp_path / "in", "--preset", "speech-commands", "--out", tmp_path / "out", "--variants", "2",
        "--seed", "7", "--format", "flac", "--bits", "24", "--sample-rate", "16000", "--channels", "mono",
        "--duration", "0.5", "--tail", "keep", "--guard", "limit", "--jobs", "2", "--keep-original", "--json",
    )  # fmt: skip
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == {
        "done": 18, "failed": [], "out": str(tmp_path / "out"), "interrupted": False,
        "clipped": 0, "guarded": 0, "skipped": [],
    }  # fmt: skip
    again = variophone(
        "reproduce", tmp_path / "out" / "manifest.jsonl", "yes/yes_1__v2.flac", "--out", tmp_path / "again.flac",
        "--source-root", tmp_path / "in",
    )  # fmt: skip
    assert (again.code, again.err) == (0, "")
    assert "byte-identical" in again.out
    assert (tmp_path / "again.flac").read_bytes() == (tmp_path / "out" / "yes" / "yes_1__v2.flac").read_bytes()


def test_an_input_that_fails_is_named_and_the_rest_is_made(tmp_path: Path) -> None:
    write_folder(tmp_path / "in", each=1)
    (tmp_path / "in" / "empty.wav").touch()
    done = variophone("export", tmp_path / "in", "--preset", "nothing", "--out", tmp_path / "out")
    assert done.code == 1
    assert "empty.wav is empty" in done.sentence
    assert done.out == f"2 files in {tmp_path / 'out'}, 1 source failed\n"


def test_what_is_clipped_is_said(tmp_path: Path) -> None:
    """The guard of the command line takes the place of the preset's."""
    write_folder(tmp_path / "in", each=1)
    chain = tmp_path / "loud.yaml"
    chain.write_text("variophone: 1\nsteps:\n  - {transform: Gain, gain_db: 40}\nguard: limit\n")
    words = ("export", tmp_path / "in", "--preset", chain, "--out")
    assert variophone(*words, tmp_path / "limited").err == ""
    done = variophone(*words, tmp_path / "clipped", "--guard", "none")
    assert done.code == 0
    assert (
        done.sentence == "variophone: 2 files are clipped at full scale; --guard scale or --guard limit prevents that"
    )
    assert "guard: none" in (tmp_path / "clipped" / "chain.yaml").read_text()


def test_a_bank_of_silence_starts_nothing(tmp_path: Path) -> None:
    write_folder(tmp_path / "in", each=1)
    (tmp_path / "bank").mkdir()
    encode(tmp_path / "bank" / "a.wav", np.zeros((1, 800), np.float32), 8_000, Encoding("wav"))
    done = variophone(
        "export", tmp_path / "in", "--preset", "birdclef", "--out", tmp_path / "out",
        "--bank", f"background={tmp_path / 'bank'}", "--bank-cache", "8",
    )  # fmt: skip
    assert done.code == 2
    assert done.sentence.startswith("variophone: bank background: the only recording in")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_export_ends_cleanly(tmp_path: Path, name: signal.Signals) -> None:
    """Ctrl-C reaches the whole group of processes, as in a terminal."""
    write_folder(tmp_path / "in")
    words = ["export", tmp_path / "in", "--preset", "natural", "--out", tmp_path / "out", "--variants", "5000"]
    process = subprocess.Popen(
        [sys.executable, ROOT / "main.py", *words], start_new_session=True, stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 60
    while len(list((tmp_path / "out").glob("*/*.wav"))) < 20 and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(process.pid, name) if name == signal.SIGINT else process.send_signal(name)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    lines = [json.loads(text) for text in (tmp_path / "out" / "manifest.jsonl").read_text().splitlines()]
    made = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.wav")}
    assert made == {line["output"] for line in lines}
    assert 0 < len(made) < 30_000
    assert not list(tmp_path.rglob("*.part"))
    assert not [path for path in (tmp_path / "in").rglob("*") if path.suffix not in ("", ".wav")]


def test_an_interruption_before_the_first_line_ends_quietly() -> None:
    """Ctrl-C while the program is still being imported."""
    code = (
        "import runpy, sys, types\n"
        "def interrupted(_): raise KeyboardInterrupt\n"
        "sys.modules['engine.cli'] = types.SimpleNamespace(is_command=interrupted, main=None)\n"
        "runpy.run_path('main.py', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")


def test_presets(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "presets")
    assert code == 0
    for line, name in zip(out.splitlines(), shipped(), strict=True):
        assert line.split()[0] == name
        assert line.endswith(engine.load_chain(name).description)
    assert said(capsys, "presets", "natural")[1] == (ROOT / "presets" / "natural.yaml").read_text()


def test_transforms(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "transforms")
    assert code == 0
    assert {line.split()[0] for line in out.splitlines() if line.startswith("  ")} == set(registered())
    headings = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert headings == [catalogue.title(category) for category, _ in catalogue.by_category()]
    data = json.loads(said(capsys, "transforms", "--json")[1])
    assert {entry["name"]: [p["name"] for p in entry["parameters"]] for entry in data} == {
        name: list(kind.params()) for name, kind in registered().items()
    }
    for name, kind in registered().items():
        words = said(capsys, "transforms", name)[1]
        assert kind.summary() in words
        for param in kind.params().values():
            assert param.name in words
            assert param.help in words
        assert json.loads(said(capsys, "transforms", name, "--json")[1])["name"] == name


def test_transforms_are_found_by_what_they_do_and_by_other_names(capsys: pytest.CaptureFixture[str]) -> None:
    """The command line and the sentence about an unknown name both know what other tools call them."""
    name = max((name for name, kind in registered().items() if kind.also_called), key=len)
    called = registered()[name].also_called[0]
    code, out, _ = said(capsys, "transforms", "--find", called)
    assert code == 0
    assert name in [line.split()[0] for line in out.splitlines()]
    assert f"Called {called} elsewhere." in out
    assert name in [found["name"] for found in json.loads(said(capsys, "transforms", "--find", called, "--json")[1])]
    assert name in said(capsys, "transforms", "--find", f"{name[:-1]}q")[1]
    assert name in said(capsys, "transforms", called)[2]
    for words, wrong in ((["--find", "0x0x0"], "0x0x0"), ([name, "--find", called], "not both")):
        _, out, error = said(capsys, "transforms", *words)
        assert out == ""
        assert wrong in error


@pytest.mark.parametrize("broken", [False, True])
def test_devices(monkeypatch: pytest.MonkeyPatch, broken: bool) -> None:
    """Without a configuration ALSA ends the process that asks it; that must not be ours."""
    if broken:
        monkeypatch.setenv("ALSA_CONFIG_PATH", os.devnull)
    done = variophone("devices")
    assert (done.code, done.err) == (0, "")
    assert done.out


@pytest.mark.usefixtures("no_sound_card")
def test_doctor() -> None:
    done = variophone("doctor", "--json")
    assert done.code == 0
    found = json.loads(done.out)
    assert found["reading and writing"] == {"ok": True, "found": "wav, flac, ogg, mp3"}
    assert found["python"]["ok"]
    assert not found["sound"]["ok"]
    assert not found["microphone"]["ok"]
    assert found["plugins"]["ok"]
    assert "rtprio" in found["real time"]["found"] or found["real time"]["ok"]
    assert "torch" in found["GPU"]["found"]
    assert found["presets"]["ok"]
    assert variophone("doctor").out.splitlines()[0].startswith("ok  python")


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], ["export", "--help"], ["--version"]):
        with pytest.raises(SystemExit) as ended:
            cli.main(words)
        assert ended.value.code == 0
        assert capsys.readouterr().out


def test_the_command_line_stays_light() -> None:
    """What every worker process imports again holds no window, no torch and no codec."""
    code = (
        "import sys, runpy; runpy.run_path('main.py', run_name='__mp_main__'); import engine.cli; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"PySide6", "torch", "scipy", "pedalboard", "soundfile", "av", "rich", "yaml", "librosa", "gui"}
    assert not heavy & set(done.stdout.split())
