"""Tracks: what grows can be read on after it was removed, and a stop is heard even before the writing began."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.track import Scratch, Track, TrackReader, TrackState, TrackStopped, TrackWriter


@pytest.fixture
def scratch() -> Iterator[Scratch]:
    """Folders that are taken down."""
    made = Scratch()
    yield made
    made.close()


def test_what_grew_is_read_on_after_the_track_was_removed(scratch: Scratch) -> None:
    """A take that is heard while an edit overtakes it plays on to the last frame that was written."""
    track = scratch.new(8000, 2, 300)
    writer = TrackWriter(track, 300, made=True)
    reader = TrackReader(track)
    writer.write(np.full((2, 100), 0.25, np.float32))
    assert reader.samples().shape == (2, 100)
    writer.write(np.full((2, 100), 0.5, np.float32))
    scratch.remove(track)
    assert reader.ready == 200
    np.testing.assert_array_equal(reader.samples()[:, 100:], np.full((2, 100), 0.5, np.float32))
    writer.__exit__(None)


def test_a_new_track_is_empty_and_of_unknown_length(scratch: Scratch) -> None:
    """A reader may look before the writer has begun."""
    reader = TrackReader(scratch.new(8000, 1, 100))
    assert (reader.ready, reader.total, reader.state) == (0, None, TrackState.GROWING)
    assert reader.samples().shape == (1, 0)


def test_a_stop_is_heard_that_was_asked_before_the_writing_began(scratch: Scratch) -> None:
    """The request that was still waiting for a worker writes nothing."""
    track = scratch.new(8000, 1, 100)
    TrackReader(track).request_stop()
    with pytest.raises(TrackStopped), TrackWriter(track, made=True) as writer:
        writer.write(np.zeros((1, 10), np.float32))
    assert TrackReader(track).state is TrackState.STOPPED


def test_a_track_that_was_removed_is_not_made_again(scratch: Scratch) -> None:
    """Nothing is left in the memory folder that nobody knows of."""
    track = scratch.new(8000, 1, 100)
    scratch.remove(track)
    with pytest.raises(TrackStopped):
        TrackWriter(track, made=True)
    assert not os.path.exists(track.path)


def test_a_reader_of_what_never_was_sees_nothing(tmp_path: Path) -> None:
    """No file, no frames, no error."""
    reader = TrackReader(Track(str(tmp_path / "none"), 8000, 1))
    reader.request_stop()
    assert (reader.ready, reader.total) == (0, None)
