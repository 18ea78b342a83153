"""Both chains' takes, with a plugin in one and a step frozen in the other, are what the command line exports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from engine import cli, preset
from engine.chain import Chain, Step, new_step
from engine.files.convert import prepare
from engine.files.encode import Encoding, encode
from engine.library import ScanRequest
from engine.plugins.described import Described
from engine.takes import Takes
from engine.track import Track, TrackReader
from tests.engine.test_takes import Bench
from tests.support.playing import RATE, noise

SEED = 7


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.close()


def exported(chain: Chain, recording: Path) -> np.ndarray:
    """What the command line makes of a recording."""
    path = recording.parent / f"{chain.name}.yaml"
    path.write_text(preset.dumps(chain))
    out = recording.parent / chain.name
    words = [str(recording), "--preset", str(path), "--out", str(out), "--seed", str(SEED), "--jobs", "1"]
    assert cli.main(["export", *words, "--format", "wav", "--bits", "32f"]) == 0
    return prepare(next(out.glob("*.wav")), None, "keep").samples


def heard(track: Track | None) -> np.ndarray:
    """The samples that the device is given at 0 dB."""
    assert track is not None
    return TrackReader(track).samples()


def test_what_is_heard_of_both_chains_is_what_is_exported(
    bench: Bench, tmp_path: Path, real: Callable[[str], Described]
) -> None:
    real("ZamDelay")
    recording = tmp_path / "noise.wav"
    encode(recording, 0.5 * noise(2 * RATE, 2), RATE, Encoding("wav", "32f"))
    (source,) = ScanRequest((str(recording),)).run()
    steps = tuple(Step(id=name, transform=name) for name in ("LivePitch", "Mp3", "Limiter", "WhiteNoise"))
    first = Chain(name="first", steps=steps)
    second = Chain(name="second", steps=(*steps[:2], new_step(first, "ZamDelay"), *steps[2:]))
    drawn, other = (chain.draw(SEED, source.source_id, 1) for chain in (first, second))
    files = exported(first, recording), exported(second, recording)
    for frozen, wanted, spare in ((("Mp3",), drawn, other), (("Limiter", "ZamDelay#1"), other, drawn)):
        Takes(bench._submit, bench.scratch, bench.views.append).show(source, wanted, (), frozenset(frozen), spare)
        view = bench.settle()
        assert view.complete
        assert view.spare is not None
        takes = (view.take, view.spare.take) if wanted is drawn else (view.spare.take, view.take)
        for take, file in zip(takes, files, strict=True):
            np.testing.assert_array_equal(heard(take), file)
    assert not np.array_equal(*files)
