"""A hundred edits of every kind while it plays: nothing breaks, nothing is left, and the last chain is what plays.

The benchmark `edits` does ten thousand and holds the memory too.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.playback.messages import UseDevice
from engine.playback.player import Player
from tests.support.caught_up import hear, rest
from tests.support.editing import Editing, write_recordings
from tests.support.footprint import footprint
from tests.support.sound import SoundCard
from tests.support.window import PATIENCE_MS, complete, drop, running

BETWEEN_MS = 20
SEED = int(os.environ.get("VARIOPHONE_RANDOM_SEED", "36"))
FILES_MORE = 24
"""So many files more may a process hold after edits: takes that it has open, and a device."""


@pytest.mark.timeout(300)
def test_edits_of_every_kind_while_it_plays(qtbot: QtBot, tmp_path: Path, sound_card: SoundCard) -> None:
    first, *others = write_recordings(tmp_path, SEED)
    with running(qtbot, tmp_path / "own", Player()) as application:
        drop(application.window, first, *others)
        qtbot.waitUntil(lambda: complete(application) is not None, timeout=PATIENCE_MS)
        application.player.send(UseDevice(sound_card.name))
        before = footprint(application)
        editing = Editing(application, SEED)
        for number in range(len(editing.kinds)):
            editing.act()
            QTest.qWait(BETWEEN_MS)
            if number % 20 == 0 and not application.player.snapshot().playing:
                application.audition.toggle_play()
        rest(application, str(first), lambda true: qtbot.waitUntil(true, timeout=PATIENCE_MS))
        end = hear(application, sound_card, lambda seconds: QTest.qWait(round(1000 * seconds)))
        after = footprint(application)
    assert end.same, list(editing.last)
    assert end.probes.changed == 0, end
    assert editing.done == Counter(editing.kinds)
    assert after.processes == before.processes
    assert set(after.threads) == set(before.threads)
    more = {role: after.files[role] - before.files[role] for role in before.files}
    assert max(more.values()) <= FILES_MORE, more
