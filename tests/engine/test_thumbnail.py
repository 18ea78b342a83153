"""Thumbnails: all of a take in a few pixels, and no work for one that nobody waits for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.analysis.scales import Frequencies
from engine.analysis.stft import index_to_db
from engine.analysis.thumbnail import TakeThumbnailRequest, ThumbnailRequest
from engine.chain import Chain, Step
from engine.takes import RenderRequest
from engine.track import Track, TrackReader, TrackStopped, TrackWriter

RATE = 16_000
COLUMNS, ROWS = 40, 60


@pytest.fixture
def source(tmp_path: Path) -> Track:
    """A second of silence and then a second of a full-scale tone of 2 kHz."""
    time = np.arange(RATE) / RATE
    samples = np.concatenate((np.zeros(RATE), np.sin(2 * np.pi * 2000 * time))).astype(np.float32)[None]
    track = Track(str(tmp_path / "source"), RATE, 1)
    with TrackWriter(track) as writer:
        writer.write(samples)
    return track


def rendered(source: Track, tmp_path: Path) -> RenderRequest:
    """The recording half as long and 20 dB down."""
    chain = Chain(
        steps=(
            Step(id="Speed#1", transform="Speed", settings=(("rate", 2.0),)),
            Step(id="Gain#1", transform="Gain", settings=(("gain_db", -20.0),)),
        )
    )
    out = Track(str(tmp_path / "take"), RATE, 1)
    with TrackWriter(out):
        pass
    return RenderRequest(source, chain.draw(0, "a.wav", 1), (), out)


def test_a_take_that_is_rendered_for_it_is_seen_as_it_sounds(source: Track, tmp_path: Path) -> None:
    """The tone an octave up, at its level, in the second half of the picture and nowhere else."""
    picture = TakeThumbnailRequest(rendered(source, tmp_path), COLUMNS, ROWS).run()
    assert picture.shape == (ROWS, COLUMNS)
    loud = np.unravel_index(int(picture[:, 30].argmax()), (ROWS, 1))[0]
    low, high = Frequencies.of("mel", RATE).edges_hz(ROWS)[loud : loud + 2]
    assert low - 60 < 4000 < high + 60
    assert float(index_to_db(int(picture[:, 30].max()))) == pytest.approx(-20, abs=1.5)
    assert picture[:, :18].max() == 0


def test_a_track_that_is_gone_has_an_empty_picture(tmp_path: Path) -> None:
    assert ThumbnailRequest(Track(str(tmp_path / "gone"), RATE, 1), COLUMNS, ROWS).run().size == 0


def test_a_render_that_nobody_waits_for_ends(source: Track, tmp_path: Path) -> None:
    request = rendered(source, tmp_path)
    TrackReader(request.out).request_stop()
    with pytest.raises(TrackStopped):
        TakeThumbnailRequest(request, COLUMNS, ROWS).run()
