"""A folder that is taken: what is kept is what would be made again, and nothing else; a new name is a new folder."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

import engine
from engine.batch.events import Progress, Summary
from engine.batch.plan import ExportRequest, FolderTaken, plan
from engine.batch.run import run
from engine.files.encode import Encoding, encode
from tests.support.recordings import spoken, write_folder, write_text_as_wav

EACH = 2


@pytest.fixture
def request_(tmp_path: Path) -> ExportRequest:
    """Four recordings and one that cannot be read, three variants of each."""
    write_folder(tmp_path / "in", each=EACH)
    write_text_as_wav(tmp_path / "in" / "text.wav")
    return ExportRequest(
        chain=engine.load_chain("natural"), inputs=(str(tmp_path / "in"),), out=str(tmp_path / "out"),
        variants=3, seed=7, jobs=2,
    )  # fmt: skip


def export(request: ExportRequest, **changes: object) -> Summary:
    return run(plan(dataclasses.replace(request, **changes)), lambda _: None, lambda: False)  # type: ignore[arg-type]


def stopped_after(request: ExportRequest, outputs: int, **changes: object) -> Summary:
    """Export, and cancel once so many outputs were made."""
    seen: list[Progress] = []
    laid = plan(dataclasses.replace(request, **changes))  # type: ignore[arg-type]
    return run(laid, seen.append, lambda: bool(seen) and seen[-1].done >= outputs)


def content(out: Path) -> dict[str, bytes]:
    """Every file of an export but its log, which has the times."""
    files = [path for path in out.rglob("*") if path.is_file() and path.name != "export.log"]
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


def stamps(out: Path) -> dict[str, tuple[int, int]]:
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in out.rglob("*.wav")}


def test_skip_after_a_stop_is_byte_identical_with_an_undisturbed_export(request_: ExportRequest) -> None:
    out, whole = Path(request_.out), Path(f"{request_.out} whole")
    assert export(request_, out=str(whole)).done == 12
    stopped = stopped_after(request_, 4)
    assert stopped.interrupted
    assert 4 <= stopped.done < 12
    before = stamps(out)
    assert len(before) == stopped.done
    summary = export(request_, existing="skip")
    assert (summary.done, summary.kept, summary.failed_outputs) == (12, stopped.done, 3)
    assert content(out) == content(whole)
    assert {name: stamp for name, stamp in stamps(out).items() if name in before} == before


def test_skip_makes_anew_what_is_not_what_it_would_make(request_: ExportRequest, tmp_path: Path) -> None:
    """A file that was changed, one that was lost, one whose source has changed or been mended; the others stay."""
    out = Path(request_.out)
    export(request_)
    (out / "yes" / "yes_0__v1.wav").write_bytes(b"changed")
    (out / "yes" / "yes_0__v2.wav").unlink()
    encode(tmp_path / "in" / "no" / "no_1.wav", spoken(99), 8_000, Encoding("wav"))
    encode(tmp_path / "in" / "text.wav", spoken(98), 8_000, Encoding("wav"))
    summary = export(request_, existing="skip")
    assert (summary.done, summary.kept) == (15, 15 - 2 - 3 - 3)
    export(request_, out=str(tmp_path / "fresh"))
    assert content(out) == content(tmp_path / "fresh")
    assert export(request_, existing="skip").kept == 15
    assert export(request_, existing="skip", seed=8).kept == 0
    export(request_, existing="overwrite", out=str(tmp_path / "fresh"), seed=8)
    assert content(out) == content(tmp_path / "fresh")


def test_a_skip_that_is_stopped_goes_on_listing_what_is_there(request_: ExportRequest) -> None:
    out = Path(request_.out)
    export(request_)
    whole = content(out)
    (out / "no" / "no_0__v1.wav").unlink()
    stopped_after(request_, 2, existing="skip")
    lines = [json.loads(text) for text in (out / "manifest.jsonl").read_text().splitlines()]
    listed = {line["output"] for line in lines if "error" not in line}
    assert listed == {str(path.relative_to(out)) for path in out.rglob("*.wav")}
    assert len(listed) >= 11
    export(request_, existing="skip")
    assert content(out) == whole


def test_a_stopped_overwrite_leaves_only_what_it_lists(request_: ExportRequest) -> None:
    out = Path(request_.out)
    export(request_)
    (out / "mine.wav").write_bytes(b"somebody's own")
    stopped_after(request_, 2, existing="overwrite", seed=8)
    lines = [json.loads(text) for text in (out / "manifest.jsonl").read_text().splitlines()]
    assert {line["seed"] for line in lines} == {8}
    listed = {line["output"] for line in lines if "error" not in line}
    assert listed | {"mine.wav"} == {str(path.relative_to(out)) for path in out.rglob("*.wav")}


def test_a_taken_folder_is_refused_renamed_or_named(request_: ExportRequest, tmp_path: Path) -> None:
    assert plan(dataclasses.replace(request_, existing="rename")).request.out == request_.out
    export(request_)
    with pytest.raises(FolderTaken) as caught:
        plan(request_)
    assert caught.value.kind == "export"
    with pytest.raises(FolderTaken) as caught:
        plan(dataclasses.replace(request_, existing="skip", variants=1))
    assert caught.value.kind == "more"
    before = content(Path(request_.out))
    for name in ("out 2", "out 3"):
        assert export(request_, existing="rename").out == str(tmp_path / name)
        assert content(tmp_path / name) == before
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "metadata.csv").write_text("mine")
    with pytest.raises(FolderTaken) as caught:
        plan(dataclasses.replace(request_, out=str(tmp_path / "taken")))
    assert caught.value.kind == "file"
