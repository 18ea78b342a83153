"""What an export leaves behind: the right files, a manifest that says all of it, and nothing half-written."""

from __future__ import annotations

import csv
import dataclasses
import errno
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import engine
from engine.batch import reproduce as again
from engine.batch.finish import Finish
from engine.batch.manifest import ManifestError
from engine.batch.plan import ExportBroken, ExportRequest, plan
from engine.batch.run import Progress, Summary, run
from engine.chain import Chain, Step
from engine.files.encode import Encoding, encode
from engine.regions import Events, Span
from tests.support.recordings import spoken, write_cut_flac, write_folder, write_text_as_wav


def export(request: ExportRequest) -> tuple[Summary, list[dict[str, Any]]]:
    """Run an export; gives the summary and the manifest's lines."""
    summary = run(plan(request), lambda _: None, lambda: False)
    return summary, lines_of(Path(request.out))


def lines_of(out: Path) -> list[dict[str, Any]]:
    return [json.loads(text) for text in (out / "manifest.jsonl").read_text().splitlines()]


def table_of(out: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((out / "metadata.csv").read_text().splitlines()))


@pytest.fixture
def request_(tmp_path: Path) -> ExportRequest:
    """Four recordings, the natural preset, two variants, two processes."""
    write_folder(tmp_path / "in", each=2)
    return ExportRequest(
        chain=engine.load_chain("natural"), inputs=(str(tmp_path / "in"),), out=str(tmp_path / "out"),
        variants=2, seed=7, jobs=2,
    )  # fmt: skip


def test_bad_sources_fail_alone(request_: ExportRequest, tmp_path: Path) -> None:
    write_text_as_wav(tmp_path / "in" / "text.wav")
    write_cut_flac(tmp_path / "in" / "cut.flac")
    (tmp_path / "in" / "empty.wav").touch()
    seen: list[Progress] = []
    summary = run(plan(request_), seen.append, lambda: False)
    lines = lines_of(Path(request_.out))
    assert [source for source, _ in summary.failed] == ["cut.flac", "empty.wav", "text.wav"]
    assert (summary.done, summary.interrupted, len(lines)) == (8, False, 14)
    errors = {line["source"]: line["error"] for line in lines if "error" in line}
    assert errors.keys() == {"cut.flac", "empty.wav", "text.wav"}
    assert all(reason.startswith(source) and "\n" not in reason for source, reason in errors.items())
    assert (seen[0].total, seen[0].seconds_left, seen[-1].seconds_left) == (14, None, 0.0)
    assert (seen[-1].done, seen[-1].failed, summary.failed_outputs) == (8, 6, 6)
    assert {trouble for progress in seen for trouble in progress.troubles} == set(summary.failed)
    assert not list(tmp_path.rglob("*.part"))
    assert len(list(Path(request_.out).rglob("*.wav"))) == 8


def test_the_originals_the_length_and_the_format(request_: ExportRequest) -> None:
    finish = Finish(Encoding("flac", "24"), 16_000, "stereo", 0.75)
    _, lines = export(dataclasses.replace(request_, finish=finish, keep_original=True, variants=1))
    assert len(lines) == 8
    for line in lines:
        path = Path(request_.out, line["output"])
        samples, rate = soundfile.read(path)
        assert (
            (samples.shape, rate) == ((12_000, 2), 16_000) == ((line["frames"], line["channels"]), line["sample_rate"])
        )
        assert line["output_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert line["unchanged"] == (line["variant"] == 0)
        assert path.name.endswith(".orig.flac" if line["variant"] == 0 else "__v1.flac")


def test_unchanged_silence_and_short_clips(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    encode(tmp_path / "in" / "silence.wav", np.zeros((1, 8_000), np.float32), 8_000, Encoding("wav"))
    encode(tmp_path / "in" / "short.wav", spoken(1, duration_s=0.1), 8_000, Encoding("wav"))
    request = ExportRequest(
        chain=engine.load_chain("nothing"), inputs=(str(tmp_path / "in"),), out=str(tmp_path / "out"), jobs=1
    )
    _, (short, silence) = export(request)
    assert short["unchanged"] is silence["unchanged"] is True
    assert silence["loudness"] is None
    assert silence["peak"] == 0
    assert -40 < short["loudness"] < 0
    inverted = dataclasses.replace(
        request, chain=Chain(steps=(Step(id="a", transform="PolarityInversion"),)), out=str(tmp_path / "out2")
    )
    _, (short, silence) = export(inverted)
    assert (short["unchanged"], silence["unchanged"]) == (False, True)


@pytest.fixture
def too_loud(tmp_path: Path) -> ExportRequest:
    """A recording that is far too loud behind its chain."""
    (tmp_path / "in").mkdir()
    encode(tmp_path / "in" / "a.wav", spoken(1), 8_000, Encoding("wav"))
    chain = Chain(steps=(Step(id="a", transform="Gain", settings=(("gain_db", 30.0),)),))
    return ExportRequest(chain=chain, inputs=(str(tmp_path / "in"),), out=str(tmp_path / "out"), jobs=1)


def guarded(request: ExportRequest, guard: str) -> tuple[Summary, dict[str, Any], np.ndarray, np.ndarray]:
    """The summary, the manifest's line, the source and what was made of it behind one guard."""
    request = dataclasses.replace(request, chain=dataclasses.replace(request.chain, guard=guard))
    summary, (line,) = export(request)
    source = soundfile.read(Path(request.inputs[0]) / "a.wav")[0]
    return summary, line, source, soundfile.read(Path(request.out) / "a__v1.wav")[0]


def test_too_loud_outputs_are_turned_down_and_it_is_written_down(too_loud: ExportRequest) -> None:
    summary, line, source, made = guarded(too_loud, "scale")
    assert line["guard"]["mode"] == "scale"
    assert line["guard"]["gain_db"] < -3
    assert np.abs(made - source * 10 ** ((30 + line["guard"]["gain_db"]) / 20)).max() < 1e-4
    assert (line["clipped"], summary.clipped, summary.guarded) == (0, 0, 1)
    softer = Chain(steps=(Step(id="a", transform="Gain", settings=(("gain_db", -30.0),)),))
    summary, line, _, _ = guarded(dataclasses.replace(too_loud, chain=softer, existing="overwrite"), "scale")
    assert (line["guard"]["gain_db"], summary.guarded) == (0, 0)


def test_too_loud_outputs_can_be_limited(too_loud: ExportRequest) -> None:
    summary, line, _, made = guarded(too_loud, "limit")
    assert line["guard"]["gain_db"] == pytest.approx(-1 - line["guard"]["true_peak_db"], abs=1e-3)
    assert np.abs(made).max() <= 10 ** (-1 / 20) + 1e-4
    assert (line["clipped"], summary.guarded) == (0, 1)


def test_what_is_clipped_is_counted_and_said(too_loud: ExportRequest) -> None:
    summary, line, source, made = guarded(too_loud, "none")
    assert line["guard"] is None
    assert line["clipped"] == (np.abs(source * 10 ** (30 / 20)) > 1).sum() > 100
    assert np.abs(made).max() >= 32767 / 32768
    assert (summary.clipped, summary.guarded) == (1, 0)
    float_ = dataclasses.replace(too_loud, finish=Finish(Encoding("wav", "32f")), existing="overwrite")
    _, line, _, made = guarded(float_, "none")
    assert (line["clipped"], np.abs(made).max() > 5) == (0, True)


@pytest.mark.parametrize("guard", ["scale", "limit"])
def test_a_guarded_output_is_made_again(too_loud: ExportRequest, tmp_path: Path, guard: str) -> None:
    """By its manifest line alone; and an export that goes on keeps it."""
    guarded(too_loud, guard)
    made = again.reproduce(tmp_path / "out" / "manifest.jsonl", "a__v1.wav", tmp_path / "again.wav", None, {})
    assert made.identical
    chain = dataclasses.replace(too_loud.chain, guard=guard)
    assert export(dataclasses.replace(too_loud, chain=chain, existing="skip"))[0].kept == 1
    other = dataclasses.replace(too_loud.chain, guard="none")
    assert export(dataclasses.replace(too_loud, chain=other, existing="skip"))[0].kept == 0


def test_recordings_that_cannot_be_played_are_said_once(tmp_path: Path) -> None:
    """By whichever worker comes upon them, and the outputs are made of the rest."""
    write_folder(tmp_path / "in", each=3)
    write_folder(tmp_path / "bank", ("street",), each=1)
    write_text_as_wav(tmp_path / "bank" / "street" / "notes.wav")
    encode(tmp_path / "bank" / "quiet.wav", np.zeros((1, 4_000), np.float32), 8_000, Encoding("wav"))
    request = ExportRequest(
        chain=Chain(steps=(Step(id="n", transform="BackgroundNoise"),)), inputs=(str(tmp_path / "in"),),
        out=str(tmp_path / "out"), variants=4, jobs=2, banks=(("background", str(tmp_path / "bank")),),
    )  # fmt: skip
    summary, lines = export(request)
    assert not summary.failed
    assert {line["banks"][0]["path"] for line in lines} == {"street/street_0.wav"}
    assert [bank for bank, _ in summary.skipped] == ["background"] * 2
    assert [reason for _, reason in summary.skipped] == [
        "quiet.wav is silent", "street/notes.wav is a text file, not sound",
    ]  # fmt: skip
    logged = [json.loads(text) for text in (tmp_path / "out" / "export.log").read_text().splitlines()]
    assert sum(line["event"] == "skipped" for line in logged) == 2


def test_banks_are_chosen_written_down_and_made_again(tmp_path: Path) -> None:
    write_folder(tmp_path / "in", each=2)
    write_folder(tmp_path / "bank", ("street", "hens"), each=2)
    chain = Chain(steps=(Step(id="n", transform="BackgroundNoise"),))
    request = ExportRequest(
        chain=chain, inputs=(str(tmp_path / "in"),), out=str(tmp_path / "out"), variants=2, jobs=1,
        banks=(("background", str(tmp_path / "bank")),),
    )  # fmt: skip
    _, lines = export(request)
    assert len({line["banks"][0]["path"] for line in lines}) > 1
    assert all(line["banks"][0]["step"] == "n" and len(line["banks"][0]["sha256"]) == 64 for line in lines)
    for line in lines:
        made = again.reproduce(tmp_path / "out" / "manifest.jsonl", line["output"], tmp_path / "again.wav", None, {})
        assert made.identical
    name = lines[0]["banks"][0]["path"]
    encode(tmp_path / "bank" / name, spoken(99), 8_000, Encoding("wav"))
    with pytest.raises(Exception, match="sounds different"):
        again.reproduce(tmp_path / "out" / "manifest.jsonl", lines[0]["output"], tmp_path / "x.wav", None, {})


def test_events_are_written_down_and_made_again_without_their_labels(tmp_path: Path) -> None:
    """A recording without labels is what it was, and said to be; one whose labels are broken fails alone."""
    write_folder(tmp_path / "in", ("yes",), each=4)
    folder = tmp_path / "in" / "yes"
    (folder / "yes_0.txt").write_text("0.1\t0.2\tcall\n0.15\t0.3\tcall\n0.4\t0.5\tcar\n")
    (folder / "yes_1.csv").write_text("onset,offset,event_label\n0.1,0.2,car\n")
    (folder / "yes_2.txt").write_text("0.1\t0.2\tcall\n0.3\tlater\tcall\n")
    steps = (
        Step(id="n", transform="WhiteNoise", region=Events(("call",))),
        Step(id="r", transform="TimeStretch", settings=(("rate", 0.5),), region=Events(("call",))),
    )
    request = ExportRequest(
        chain=Chain(steps=steps), inputs=(str(tmp_path / "in"),), out=str(tmp_path / "out"), jobs=1, existing="skip"
    )
    summary, (first, second, third, fourth) = export(request)
    assert first["recipe"]["steps"][0]["region"] == {"events": ["call"], "file": "yes_0.txt", "spans": [[0.1, 0.3]]}
    assert "idle" not in first
    assert first["frames"] == 4_000 + 1_600
    assert second["idle"] == dict.fromkeys("nr", "yes_1.csv has no event labelled call")
    assert second["unchanged"] is fourth["unchanged"] is True
    assert (
        third["error"] == "yes_2.txt line 2: 'later' is no time; a line is: start, end and label, the times in seconds"
    )
    assert summary.failed == (("yes/yes_2.wav", third["error"]),)
    assert ("yes/yes_3.wav", "n", "there is no label file beside the recording") in summary.idle
    assert len(summary.idle) == 4
    (folder / "yes_1.csv").write_text("onset,offset,event_label\n0.1,0.2,call\n")
    summary, lines = export(request)
    assert summary.kept == 2
    assert "idle" not in lines[1]
    for labels in folder.glob("*.[tc][xs][tv]"):
        labels.unlink()
    for line in (lines[0], lines[1], lines[3]):
        made = again.reproduce(tmp_path / "out" / "manifest.jsonl", line["output"], tmp_path / "again.wav", None, {})
        assert made.identical


def noisy(folder: Path, region: Span | None = None) -> tuple[list[dict[str, Any]], np.ndarray]:
    """The manifest of three outputs, drowned in noise everywhere or in a region, and what that noise was taken from."""
    (folder / "in").mkdir()
    encode(folder / "in" / "a.wav", spoken(1), 8_000, Encoding("wav"))
    noise = 0.1 * np.random.default_rng(4).standard_normal((1, 40_000)).astype(np.float32)
    (folder / "bank").mkdir()
    encode(folder / "bank" / "hiss.wav", noise, 8_000, Encoding("wav", "32f"))
    loud = Step(id="n", transform="BackgroundNoise", settings=(("snr_db", -30.0),), region=region)
    _, lines = export(
        ExportRequest(
            chain=Chain(steps=(loud,)),
            inputs=(str(folder / "in"),),
            out=str(folder / "out"),
            variants=3,
            jobs=1,
            banks=(("background", str(folder / "bank")),),
        )
    )
    return lines, noise[0]


def test_the_manifest_says_where_in_a_recording_the_noise_began(tmp_path: Path) -> None:
    """The output, almost nothing but noise, is the recording from there on."""
    lines, noise = noisy(tmp_path)
    assert len({line["banks"][0]["offset_s"] for line in lines}) == 3
    for line in lines:
        made = soundfile.read(tmp_path / "out" / line["output"])[0]
        first = round(line["banks"][0]["offset_s"] * 8_000)
        assert np.corrcoef(made, noise[first : first + made.size])[0, 1] > 0.99


def test_the_manifest_says_where_the_noise_began_in_each_stretch_of_a_region(tmp_path: Path) -> None:
    lines, noise = noisy(tmp_path, Span(0.1, 0.2, outside=True))
    for line in lines:
        made = soundfile.read(tmp_path / "out" / line["output"])[0]
        offsets = line["banks"][0]["offset_s"]
        for offset_s, first, end in zip(offsets, (0, 1_700), (700, made.size), strict=True):
            played = noise[round(offset_s * 8_000) + first % 1_600 :][: end - first]
            assert np.corrcoef(made[first:end], played)[0, 1] > 0.99


def test_every_recording_of_a_step_has_its_own_places_in_the_manifest(tmp_path: Path) -> None:
    """One for each voice that talks, several for a noise that comes again, none for a room."""
    write_folder(tmp_path / "in", each=1)
    write_folder(tmp_path / "bank", ("one", "two"), each=3)
    babble = Step(id="b", transform="BabbleNoise", settings=(("speakers", 3),))
    clicks = Step(
        id="c", transform="ShortNoises", settings=(("every_s", 0.1), ("recordings", 1), ("longest_s", 0.05))
    )  # fmt: skip
    chain = Chain(steps=(babble, clicks, Step(id="r", transform="ImpulseResponse")))
    names = ("speech", "short", "rooms")
    request = ExportRequest(
        chain=chain, inputs=(str(tmp_path / "in"),), out=str(tmp_path / "out"), jobs=1,
        banks=tuple((name, str(tmp_path / "bank")) for name in names),
    )  # fmt: skip
    for line in export(request)[1]:
        played = line["banks"]
        assert [(one["step"], one["bank"]) for one in played] == [("b", "speech")] * 3 + [
            ("c", "short"),
            ("r", "rooms"),
        ]
        assert all(isinstance(one["offset_s"], float) for one in played[:3])
        assert len(played[3]["offset_s"]) > 1
        assert "offset_s" not in played[4]


def test_reproduce_says_when_it_cannot(request_: ExportRequest, tmp_path: Path) -> None:
    export(request_)
    manifest = Path(request_.out) / "manifest.jsonl"
    output = lines_of(manifest.parent)[0]["output"]
    with pytest.raises(ManifestError, match="has no output other"):
        again.reproduce(manifest, "other.wav", tmp_path / "x.wav", None, {})
    os.rename(tmp_path / "in", tmp_path / "moved")
    with pytest.raises(ManifestError, match="--source-root"):
        again.reproduce(manifest, output, tmp_path / "x.wav", None, {})
    assert again.reproduce(manifest, output, tmp_path / "x.wav", tmp_path / "moved", {}).identical
    (tmp_path / "moved" / "no" / "no_0.wav").write_bytes((tmp_path / "moved" / "no" / "no_1.wav").read_bytes())
    with pytest.raises(ManifestError, match="content has changed"):
        again.reproduce(manifest, output, tmp_path / "x.wav", tmp_path / "moved", {})
    with pytest.raises(ManifestError, match="among the sources or outputs"):
        again.reproduce(
            manifest,
            lines_of(manifest.parent)[2]["output"],
            manifest.parent / lines_of(manifest.parent)[2]["output"],
            tmp_path / "moved",
            {},
        )
    for out, words in (
        ("moved/yes/x.wav", "beside the source"),
        ("moved/no/no_1.wav", "among the"),
        ("moved", "folder"),
    ):
        before = sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "moved").rglob("*"))
        with pytest.raises(ManifestError, match=words):
            again.reproduce(manifest, lines_of(manifest.parent)[-1]["output"], tmp_path / out, tmp_path / "moved", {})
        assert sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "moved").rglob("*")) == before
    manifest.write_text("{}\nnot json\n")
    with pytest.raises(ManifestError, match="line 2"):
        again.reproduce(manifest, output, tmp_path / "y.wav", None, {})
    assert not (tmp_path / "y.wav").exists()


def test_another_machines_output_is_compared_within_100_db(request_: ExportRequest, tmp_path: Path) -> None:
    export(dataclasses.replace(request_, finish=Finish(Encoding("wav", "32f"))))
    out = Path(request_.out)
    lines = lines_of(out)
    for level, agrees in ((1e-6, True), (1e-3, False)):
        samples, rate = soundfile.read(out / lines[0]["output"], dtype="float32")
        near = samples + np.float32(level) * np.sin(np.arange(len(samples), dtype=np.float32))
        encode(out / lines[0]["output"], near[None, :].astype(np.float32), rate, Encoding("wav", "32f"))
        lines[0]["output_sha256"] = "0" * 64
        (out / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        made = again.reproduce(out / "manifest.jsonl", lines[0]["output"], tmp_path / "x.wav", None, {})
        assert (made.identical, made.agrees) == (False, agrees)


def test_a_stop_leaves_whole_files_and_their_lines(request_: ExportRequest, tmp_path: Path) -> None:
    seen: list[Progress] = []
    summary = run(plan(dataclasses.replace(request_, variants=2_000)), seen.append, lambda: bool(seen[1:]))
    out = Path(request_.out)
    lines = lines_of(out)
    assert summary.interrupted
    assert 0 < len(lines) < 8_000
    assert summary.done == len(lines)
    there = {str(path.relative_to(out)) for path in out.rglob("*.wav")}
    assert there == {line["output"] for line in lines}
    assert not list(out.rglob("*.part"))
    table = table_of(out)
    assert [row["file_name"] for row in table] == [line["output"] for line in lines]


def test_a_name_that_a_spreadsheet_would_run(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "=1+1"
    folder.mkdir(parents=True)
    encode(folder / "@SUM(A1).wav", spoken(1), 8_000, Encoding("wav"))
    request = ExportRequest(
        chain=engine.load_chain("nothing"), inputs=(str(tmp_path / "in"),), out=str(tmp_path / "out"), jobs=1
    )
    _, (line,) = export(request)
    assert line["label"] == "=1+1"
    (row,) = table_of(tmp_path / "out")
    assert all(cell[0] not in "=+@" for cell in row.values())
    assert (tmp_path / "out" / row["file_name"]).is_file()
    assert row["label"] == "'=1+1"


def test_a_link_in_the_output_folder_leads_nowhere(request_: ExportRequest, tmp_path: Path) -> None:
    canary = tmp_path / "elsewhere"
    canary.mkdir()
    Path(request_.out).mkdir()
    (Path(request_.out) / "yes").symlink_to(canary, target_is_directory=True)
    summary, lines = export(request_)
    assert not list(canary.iterdir())
    assert {line["source"] for line in lines if "error" in line} == {"yes/yes_0.wav", "yes/yes_1.wav"}
    assert summary.done == 4


def test_an_output_that_its_format_cannot_hold_fails_alone(tmp_path: Path) -> None:
    """A recording of 33 channels, which Vorbis cannot hold, beside one that it can."""
    (tmp_path / "in").mkdir()
    encode(tmp_path / "in" / "wide.wav", np.zeros((33, 100), np.float32), 8_000, Encoding("wav"))
    encode(tmp_path / "in" / "good.wav", spoken(1), 8_000, Encoding("wav"))
    request = ExportRequest(
        chain=engine.load_chain("nothing"), inputs=(str(tmp_path / "in"),), out=str(tmp_path / "out"), jobs=1,
        finish=Finish(Encoding("ogg")),
    )  # fmt: skip
    summary, (good, wide) = export(request)
    assert summary.done == 1
    assert "error" not in good
    assert "at most 8 channels" in wide["error"]


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="the fault is injected by Linux's names of open files")
def test_a_disk_that_is_full_at_the_end_is_told_and_leaves_nothing_half_written(
    request_: ExportRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid, synced = plan(request_), os.fsync

    def full(descriptor: int) -> None:
        if os.readlink(f"/proc/self/fd/{descriptor}").endswith("manifest.jsonl.part"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        synced(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportBroken, match=r"could not be ended \(No space left on device\).*--overwrite"):
        run(laid, lambda _: None, lambda: False)
    assert not list(Path(request_.out).rglob("*.part"))
    assert not (Path(request_.out) / "manifest.jsonl").exists()
    monkeypatch.undo()
    assert export(dataclasses.replace(request_, existing="overwrite"))[0].done == 8


def test_overwrite_replaces_the_lists(request_: ExportRequest) -> None:
    export(request_)
    out = Path(request_.out)
    (out / "yes" / "yes_0__v2.wav").write_bytes(b"somebody's own")
    (out / "mine.wav").write_bytes(b"too")
    summary, lines = export(dataclasses.replace(request_, variants=1, existing="overwrite"))
    assert (summary.done, len(lines)) == (4, 4)
    there = {str(path.relative_to(out)) for path in out.rglob("*.wav")}
    assert there == {line["output"] for line in lines} | {"yes/yes_0__v2.wav", "mine.wav"}
