from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.jobs import Response
from engine.track import Track, TrackWriter
from gui.views.sound_view import SoundView

from .stage import RATE

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from pytestqt.qtbot import QtBot

    from .stage import Writer


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    def written(samples: np.ndarray) -> Track:
        track = Track(str(tmp_path / f"track-{len(list(tmp_path.iterdir()))}"), RATE, samples.shape[0])
        with TrackWriter(track, samples.shape[1]) as writer:
            writer.write(samples)
        return track

    return written


@pytest.fixture
def view(qtbot: QtBot) -> SoundView:
    made = SoundView(lambda _lane, request, done: done(Response(request.run())))
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    qtbot.waitExposed(made)
    return made
